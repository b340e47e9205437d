import { runProgram } from '../run-program.ts'
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

async function runIpmitool(access: IpmiAccess, command: string[], signal: AbortSignal): Promise<string> {
  const argv = [...ipmitoolArgv(access), ...command] as const
  return (await runProgram({ argv, env: ipmitoolEnvironment(access), signal })).printed
}
