import { notifications } from '@mantine/notifications'
import { toFailure } from '../api/failure.ts'

/** Says that something went well, for a few seconds. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 4000, withBorder: true, role: 'status' })
}

/** Says why something failed where no form could show it. Stays until it is dismissed: it may hold what to do next. */
export function tellFailure(title: string, error: unknown): void {
  notifications.show({
    title,
    message: toFailure(error).message,
    color: 'red',
    autoClose: false,
    withBorder: true,
    role: 'alert',
  })
}
