import { openPty } from '../pty.ts'
import { type IpmiAccess, ipmitoolArgv, ipmitoolEnvironment } from './ipmitool.ts'

/**
 * The session that holds the SOL payload: its number at the BMC, eight hex digits (Get Payload Instance Info, IPMI 2.0 section 24.5);
 * `nobody`, or `unknown` when the BMC does not say. Rejects with LinkError when ipmitool cannot run.
 */
export async function holderOfPayload(access: IpmiAccess, signal: AbortSignal): Promise<string> {
  const printed = await runIpmitool(access, getPayloadInstanceInfo, signal)
  // Four bytes of session, one of instance, seven that depend on the payload.
  const [, session] = /^ ((?:[0-9a-f]{2} ){4})(?:[0-9a-f]{2} ?)+\r?$/m.exec(printed) ?? []
  if (session === undefined) return 'unknown'
  const number = session.replaceAll(' ', '')
  return number === '00000000' ? 'nobody' : number
}

/** Takes the SOL payload from whoever holds it. Whether that worked is seen when it is activated next. */
export async function freePayload(access: IpmiAccess, signal: AbortSignal): Promise<void> {
  await runIpmitool(access, ['sol', 'deactivate'], signal)
}

/** Application function 06h, command 4Bh, payload type 1 (SOL), instance 1. */
const getPayloadInstanceInfo = ['raw', '0x06', '0x4b', '0x01', '0x01']
const mostOutput = 64 * 1024

async function runIpmitool(access: IpmiAccess, command: string[], signal: AbortSignal): Promise<string> {
  const ended = Promise.withResolvers<void>()
  let printed = ''
  const pty = await openPty({
    argv: [...ipmitoolArgv(access), ...command],
    env: ipmitoolEnvironment(access),
    cwd: '/',
    mode: 'raw',
    data: (bytes) => {
      if (printed.length < mostOutput) printed += Buffer.from(bytes).toString('latin1')
    },
    complaints: () => {},
    ended: () => ended.resolve(),
    signal,
  })
  const stop = () => void pty.close({ first: 'SIGINT' }).then(ended.resolve)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  await ended.promise
  signal.removeEventListener('abort', stop)
  return printed
}
