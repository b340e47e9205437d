import { AppError } from '../base/errors.ts'
import { type Report, readReport } from './program/report.ts'
import { type Program, type ProgramRequest, programOf } from './program/text.ts'

/** A way to a device: runs a program in a shell there and answers what it printed (latin1). */
export interface Runner {
  run(program: Program): Promise<string>
}

/** What a line damages once, it may let through the next time. */
const attempts = 3

/** Runs the program and reads its report. Looking is tried again when the report was damaged, writing never: it may have been done. */
export async function perform(runner: Runner, request: ProgramRequest): Promise<Report> {
  for (let attempt = 1; ; attempt += 1) {
    const reading = readReport(await runner.run(programOf(request)))
    if (reading.ok) return reading.report
    if (request.verb !== 'look' || attempt === attempts) throw new AppError('push-failed', words[reading.why])
  }
}

const words = {
  'no-report':
    'The program ran on the device and no report came back. Does this account have a shell, and can root become another account (su)?',
  damaged: 'The report of the device arrived damaged. Read the keys again to see what is there.',
}
