import { useEffect, useRef } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { Model } from './model.ts'
import type { ConsoleSession } from './session.ts'

/**
 * A socket can be dead for minutes before the browser says so, after a laptop slept or a firewall forgot the connection. The gateway
 * knows sooner: once it no longer lists this page among the viewers, in two answers running, the page attaches anew.
 */
export function useWatchdog(
  session: ConsoleSession | undefined,
  model: Model,
  device: Device,
  answeredAt: number,
): void {
  const missing = useRef({ answers: 0, seenAt: 0 })
  const { me, link } = model
  useEffect(() => {
    const seen = missing.current
    if (!session || link.state !== 'attached' || answeredAt === seen.seenAt) return
    const listed = device.console.viewers.some(({ id }) => id === me)
    missing.current = { answers: listed ? 0 : seen.answers + 1, seenAt: answeredAt }
    if (missing.current.answers < 2) return
    missing.current = { answers: 0, seenAt: answeredAt }
    session.restart('The gateway had lost this page.')
  }, [session, me, link, device, answeredAt])
}
