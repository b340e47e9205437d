import { writeFileSync } from 'node:fs'
import { systemClock } from '../../server/base/clock.ts'
import { algorithmsFor } from '../../server/console/ssh/algorithms.ts'
import type { KeyQuestion } from '../../server/console/ssh/key-questions.ts'
import { KeyQuestions } from '../../server/console/ssh/key-questions.ts'
import { loginPinned } from '../../server/console/ssh/pinned.ts'
import type { SshServer } from './sshd.ts'

export interface FileQuestion extends KeyQuestion {
  /** What the account's authorized_keys holds when the server is asked. */
  content: Uint8Array
}

/**
 * Asks one server, in one connection, whether it would take each key with that content of the file; it reads the file anew each time.
 * It must have been told to let so many questions pass (MaxAuthTries).
 */
export async function askServer(
  server: SshServer,
  options: { username: string; file: string; questions: readonly FileQuestion[] },
): Promise<boolean[]> {
  const { username, file, questions } = options
  const asked = new KeyQuestions(questions)
  const writing = {
    next: () => {
      const question = questions[asked.put]
      if (question !== undefined) writeFileSync(file, question.content)
      return asked.next()
    },
  }
  await loginPinned({
    address: server.host,
    port: server.port,
    target: `${server.host}:${server.port}`,
    username,
    key: undefined,
    password: undefined,
    questions: writing,
    algorithms: algorithmsFor(false),
    allowSha1: false,
    pinned: Object.values(server.fingerprints)[0],
    clock: systemClock,
    signal: AbortSignal.timeout(120_000),
  })
  if (asked.put !== questions.length) throw new Error(`The server ended it after ${asked.put} questions.`)
  return questions.map((question) => asked.accepted.has(question))
}
