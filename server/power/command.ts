import { programEnvironment } from '../console/environment.ts'
import { lastPlainLine } from '../console/plain-text.ts'
import { runProgram } from '../console/run-program.ts'
import { LinkError } from '../console/transport.ts'
import { type PowerAccess, type PowerDriver, stepWords } from './driver.ts'
import { notSupported } from './unsupported.ts'

/** What hypervisors, sockets and clouds call a machine that runs, and one that does not. The whole of what is printed, not a part of it. */
const isOn = /^(?:on|running|up|active|started|powered ?on)$/i
const isOff = /^(?:off|shut ?off|shutoff|down|stopped|inactive|terminated|powered ?off)$/i

/** A program for each step: `virsh`, a switched socket, a cloud's client. Only an instance admin sets one up. */
export const commandPower: PowerDriver<'command'> = {
  kind: 'command',
  async status(access) {
    const { status } = access.control
    if (status === undefined) throw notSupported('No program is set that tells whether the power is on.')
    const said = (await run(status, access)).trim()
    if (isOn.test(said)) return 'on'
    if (isOff.test(said)) return 'off'
    throw new LinkError({ code: 'protocol', message: unclear(status, said) })
  },
  async perform(step, access) {
    const argv = access.control.steps[step]
    if (argv === undefined)
      throw notSupported(`No program is set to ${stepWords[step]}. Name one in the device's power control.`)
    await run(argv, access)
  },
}

async function run(argv: readonly string[], { signal }: PowerAccess<'command'>): Promise<string> {
  const [program = '', ...rest] = argv
  const end = await runProgram({ argv: [program, ...rest], env: programEnvironment(), signal })
  if (end.code === 0) return end.printed
  const words = lastPlainLine(Buffer.from(end.complaints || end.printed), longestQuote)
  const how = end.signal === null ? `failed (exit code ${end.code})` : `was ended by the signal ${end.signal}`
  const says = words === '' ? ' and said nothing.' : `. It says: ${words}`
  throw new LinkError({ code: 'program-ended', message: `${program} ${how}${says}` })
}

const longestQuote = 200

function unclear([program = '']: readonly string[], said: string): string {
  const words = lastPlainLine(Buffer.from(said), longestQuote)
  return `${program} was to print "on" or "off", and printed ${words === '' ? 'nothing' : `"${words}"`}.`
}
