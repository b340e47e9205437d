import { Container } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { FailureNotice } from '../parts/failure-notice.tsx'

/** In place of a page that could not be loaded. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    router.invalidate()
  }
  return (
    <Container size="sm" pt={80}>
      <FailureNotice error={error} title="This page could not be loaded" retry={retry} />
    </Container>
  )
}
