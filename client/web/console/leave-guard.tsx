import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { useNow } from '../parts/now.ts'
import { loginWords } from '../words/login.ts'
import { leavesShellOpen } from './leaving.ts'
import type { Model } from './model.ts'
import type { Live } from './use-console.ts'

interface Props {
  device: Device
  model: Model
  live: Live | null
}

/** Asks the last writer about the shell that would stay open. A tab that is closed is asked about in the browser's own words. */
export function LeaveGuard({ device, model, live }: Props) {
  const leaves = leavesShellOpen(model, device.settings.logoutOnDetach)
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      // Without a session there is nothing to stay for.
      leaves && next.pathname !== current.pathname && !/^\/(?:sign-in|password)$/.test(next.pathname),
    enableBeforeUnload: () => leaves,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  return <Question model={model} live={live} device={device} stay={blocker.reset} leave={blocker.proceed} />
}

interface Answers extends Props {
  stay: () => void
  leave: () => void
}

function Question({ device, model, live, stay, leave }: Answers) {
  const now = useNow()
  const out = useLogOut(model, live, leave)
  const words = loginWords(model.login, now) ?? 'shell'
  return (
    <Modal opened onClose={stay} title={<Text fw={600}>Leave the shell on {device.name} open?</Text>}>
      <Stack gap="md">
        <Text size="sm">
          There is a <b>{words}</b>, and nobody else who may write is here. Whoever opens this console next
          has its rights.
        </Text>
        {out.failed !== null && (
          <Text size="sm" c="red" role="alert">
            {out.failed}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={stay}>
            Stay
          </Button>
          <Button variant="default" onClick={leave}>
            Leave it open
          </Button>
          <Button data-autofocus loading={out.pending} onClick={out.start}>
            Log out and leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** Has the gateway log out, and leaves once the login prompt is back; what it cannot do, it says. */
function useLogOut(model: Model, live: Live | null, leave: () => void) {
  /** The last thing that had happened when it was asked; null while it was not. */
  const [since, setSince] = useState<number | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const isOut = model.login.state === 'nobody'
  const complaint = model.notices.findLast(({ id, tone }) => since !== null && id > since && tone === 'bad')
  useEffect(() => {
    if (since === null) return
    if (isOut) leave()
    else if (complaint) {
      setFailed(complaint.text)
      setSince(null)
    }
  }, [since, isOut, complaint, leave])
  const start = () => {
    setFailed(null)
    setSince(model.notices.at(-1)?.id ?? 0)
    live?.session.say({ type: 'log-out' })
  }
  return { pending: since !== null, failed, start }
}
