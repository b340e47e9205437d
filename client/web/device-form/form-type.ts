import type { UseFormReturnType } from '@mantine/form'
import type { Values } from './values.ts'

export type DeviceFormState = UseFormReturnType<Values>
