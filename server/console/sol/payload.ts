import { openPty } from '../pty.ts'
import { type IpmiAccess, ipmitoolArgv, ipmitoolEnvironment } from './ipmitool.ts'

/**
 * The session that holds the SOL payload: its number at the BMC, eight hex digits (Get Payload Instance Info, IPMI 2.0 section 24.5);
 * undefined when none does, or when the BMC does not say. Rejects with LinkError when `signal` aborts or ipmitool is missing.
 */
export async function holderOfPayload(access: IpmiAccess, signal: AbortSignal): Promise<string | undefined> {
  const printed = await runIpmitool(access, getPayloadInstanceInfo, signal)
  const [, ...session] = /^ ((?:[0-9a-f]{2} ){4}).*$/m.exec(printed) ?? []
  const number = session.join('').replaceAll(' ', '')
  return number === '' || number === '00000000' ? undefined : number
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
