import type { Session } from '../operator/operate.ts'
import type { Runner } from './runner.ts'

/** Far more than the program takes on the slowest device. */
const workMs = 60_000

/** The program typed into a quiet shell that the operator has opened on a console. Rejects with Stopped. */
export function inSession(session: Session): Runner {
  return {
    async run(text) {
      const { output } = await session.run({ text, workMs })
      return output.toString('latin1')
    },
  }
}
