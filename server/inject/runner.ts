import { AppError } from '../base/errors.ts'
import { deviceText } from './device-text.ts'
import { type Report, readReport } from './program/report.ts'
import { type Program, type ProgramRequest, programOf, underSudo } from './program/text.ts'

/** A way to a device: runs a program in a shell there and answers what it printed (latin1). */
export interface Runner {
  run(program: Program): Promise<string>
}

/** The same way, with root's rights: the login has to be one that sudo asks for no password. */
export const withSudo = (runner: Runner): Runner => ({ run: (program) => runner.run(underSudo(program)) })

/** What a line damages once, it may let through the next time. */
const attempts = 3

/** Runs the program and reads its report. Looking is tried again when the report was damaged, writing never: it may have been done. */
export async function perform(runner: Runner, request: ProgramRequest): Promise<Report> {
  for (let attempt = 1; ; attempt += 1) {
    const reading = readReport(await runner.run(programOf(request)))
    if (reading.ok) return demandRoot(reading.report)
    if (request.verb !== 'look' || attempt === attempts) throw new AppError('push-failed', words[reading.why])
  }
}

function demandRoot(report: Report): Report {
  const { sudo } = report
  if (sudo === undefined) return report
  throw new AppError('push-failed', sudo.words === undefined ? noSudo : notBySudo(deviceText(sudo.words)))
}

const noSudo =
  'There is no sudo on the device, so this login cannot become root. Log in as root, or as the account itself.'
const notBySudo = (words: string) =>
  `sudo does not make this login root without a password, and none is ever typed for it. Let it have NOPASSWD in sudoers, or log in as root. It says: ${words || 'nothing'}`

const words = {
  'no-report':
    'The program ran on the device and no report came back. Does this account have a shell, and can root become another account (su)?',
  damaged: 'The report of the device arrived damaged. Read the keys again to see what is there.',
}
