import { Center, Loader } from '@mantine/core'

export function Loading() {
  return (
    <Center h="60vh">
      <Loader size="sm" type="dots" role="status" aria-label="Loading" />
    </Center>
  )
}
