import { Select, SimpleGrid } from '@mantine/core'
import { baudRates } from '../../../server/contract/transports.ts'
import type { DeviceFormState } from './form-type.ts'
import { flowLabels, options } from './kinds.ts'

const parities = { none: 'None', even: 'Even', odd: 'Odd' }

/** Speed and format of a serial line. `at` is where the contract has them, so that its mistakes land here. */
export function SerialFields({ form, at }: { form: DeviceFormState; at: 'transport' | 'transport.serial' }) {
  const field = (name: string) => ({
    ...form.getInputProps(`transport.${name}`),
    error: form.errors[`${at}.${name}`],
    allowDeselect: false,
  })
  return (
    <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="sm">
      <Select label="Speed" data={baudRates.map(String)} {...field('baud')} />
      <Select label="Data bits" data={['5', '6', '7', '8']} {...field('dataBits')} />
      <Select label="Parity" data={options(parities)} {...field('parity')} />
      <Select label="Stop bits" data={['1', '2']} {...field('stopBits')} />
    </SimpleGrid>
  )
}

export function FlowField({ form }: { form: DeviceFormState }) {
  return (
    <Select
      label="Flow control"
      data={options(flowLabels)}
      allowDeselect={false}
      {...form.getInputProps('transport.flowControl')}
    />
  )
}
