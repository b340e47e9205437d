import { runProgram } from '../console/run-program.ts'
import { checkAccount, ipmitoolArgv, ipmitoolEnvironment } from '../console/sol/ipmitool.ts'
import { causeOfWords } from '../console/sol/words.ts'
import { resolveTarget } from '../console/target.ts'
import { targetName } from '../console/tcp-link.ts'
import { LinkError } from '../console/transport.ts'
import type { PowerControlOf, PowerStep } from '../contract/power.ts'
import { type PowerAccess, type PowerDriver, stepWords } from './driver.ts'

/** ipmitool's words for the commands of IPMI 2.0 chapter 28. A boot device holds for one start: no `persistent`. */
const commands: Record<PowerStep, string[]> = {
  on: ['chassis', 'power', 'on'],
  shutdown: ['chassis', 'power', 'soft'],
  off: ['chassis', 'power', 'off'],
  cycle: ['chassis', 'power', 'cycle'],
  reset: ['chassis', 'power', 'reset'],
  nmi: ['chassis', 'power', 'diag'],
  'boot-disk': ['chassis', 'bootdev', 'disk'],
  'boot-pxe': ['chassis', 'bootdev', 'pxe'],
  'boot-setup': ['chassis', 'bootdev', 'bios'],
}

/** A lost UDP packet must not be a failed act; a BMC that is gone is found in 10 s. */
const tries = 2

/** IPMI 2.0 chassis commands, spoken by ipmitool. */
export const ipmiPower: PowerDriver<'ipmi'> = {
  kind: 'ipmi',
  async status(access) {
    const said = await ipmitool(access, ['chassis', 'power', 'status'], 'read the power status')
    const [, power] = /Chassis Power is (on|off)\b/.exec(said) ?? []
    if (power === 'on' || power === 'off') return power
    const message = `The BMC of ${targetName(access.control)} answered, but did not say whether the power is on.`
    throw new LinkError({ code: 'protocol', message })
  },
  async perform(step, access) {
    await ipmitool(access, ipmiCommand(step, access.control), stepWords[step])
  },
}

/** The step as ipmitool takes it, behind what says where and who. */
export function ipmiCommand(step: PowerStep, { efi }: Pick<PowerControlOf<'ipmi'>, 'efi'>): string[] {
  return step.startsWith('boot-') && efi ? [...commands[step], 'options=efiboot'] : commands[step]
}

async function ipmitool(access: PowerAccess<'ipmi'>, command: string[], undone: string): Promise<string> {
  const { control, allowLocalTargets, signal } = access
  const password = checkAccount(control.username, access.password)
  const address = await resolveTarget(control.host, { allowLocalTargets, signal })
  const bmc = { program: 'ipmitool', config: control, password, address }
  const argv = [...ipmitoolArgv(bmc, tries), ...command] as const
  const { code, printed, complaints } = await runProgram({ argv, env: ipmitoolEnvironment(bmc), signal })
  if (code === 0) return printed
  const target = targetName(control)
  throw new LinkError(causeOfWords(Buffer.from(complaints), target, `${undone} at ${target}`))
}
