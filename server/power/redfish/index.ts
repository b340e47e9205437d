import { resolveTarget } from '../../console/target.ts'
import { targetName } from '../../console/tcp-link.ts'
import { LinkError } from '../../console/transport.ts'
import type { PowerStep } from '../../contract/power.ts'
import { type PowerAccess, type PowerDriver, stepWords } from '../driver.ts'
import { field } from './said.ts'
import { inSession, type Session } from './session.ts'
import { bootOnce, findSystem, reset, type System } from './system.ts'

/** ResetType values (DSP0268, ComputerSystem 1.x), the best first: services take what their machine can do. */
const resets: Partial<Record<PowerStep, readonly string[]>> = {
  on: ['On', 'ForceOn'],
  shutdown: ['GracefulShutdown'],
  off: ['ForceOff'],
  cycle: ['PowerCycle', 'FullPowerCycle'],
  reset: ['ForceRestart'],
  nmi: ['Nmi'],
}
const bootTargets: Partial<Record<PowerStep, string>> = {
  'boot-disk': 'Hdd',
  'boot-pxe': 'Pxe',
  'boot-setup': 'BiosSetup',
}

/** Any conforming Redfish service (DSP0266), over TLS. */
export const redfishPower: PowerDriver<'redfish'> = {
  kind: 'redfish',
  status: (access) =>
    withSystem(access, async (session, { body }) => {
      const state = field(body, 'PowerState')
      // PoweringOn and PoweringOff are on the way, and no answer to whether it runs.
      if (state === 'On' || state === 'PoweringOff') return 'on'
      if (state === 'Off' || state === 'PoweringOn') return 'off'
      const message = `${session.name} answered, but did not say whether the power is on.`
      throw new LinkError({ code: 'protocol', message })
    }),
  perform: (step, access) =>
    withSystem(access, async (session, system) => {
      const undone = stepWords[step]
      const target = bootTargets[step]
      if (target === undefined) await reset(session, system, { types: resets[step] ?? [], undone })
      else await bootOnce(session, system, { target, undone })
    }),
}

async function withSystem<T>(
  access: PowerAccess<'redfish'>,
  work: (session: Session, system: System) => Promise<T>,
): Promise<T> {
  const { control, password, allowLocalTargets, signal } = access
  if (password === undefined) {
    throw new LinkError({
      code: 'credentials-missing',
      message: 'Redfish needs a password. Enter it in the device’s power control.',
    })
  }
  const { host, port, username, certificate } = control
  const address = await resolveTarget(host, { allowLocalTargets, signal })
  const name = targetName(control)
  const target = { address, host, port, name, certificate, signal }
  return inSession(target, { username, password }, async (session) =>
    work(session, await findSystem(session, control.system)),
  )
}
