import { LinkError } from '../transport.ts'
import { type KeyQuestion, KeyQuestions } from './key-questions.ts'
import { loginPinned, type PinnedOptions } from './pinned.ts'

export type KeyAnswer = 'accepted' | 'refused' | 'no-answer'

/** sshd ends a connection at the sixth refusal (MaxAuthTries). */
const mostPerConnection = 5
/**
 * Between connections in which keys were refused: OpenSSH since 9.8 counts 5 s of penalty for each, and shuts an address out at 15 s
 * (PerSourcePenalties).
 */
const paceMs = 5000

export type AskOptions = Omit<PinnedOptions, 'key' | 'password' | 'questions'> & {
  keys: readonly KeyQuestion[]
}

/**
 * Whether a server would let each key in for the account, asked without any private key. Rejects with LinkError when not even the first
 * could be asked; keys that the server did not answer for later are `no-answer`.
 */
export async function askKeys({ keys, ...options }: AskOptions): Promise<KeyAnswer[]> {
  const answers: KeyAnswer[] = []
  while (answers.length < keys.length) {
    const some = keys.slice(answers.length, answers.length + mostPerConnection)
    if (answers.slice(-mostPerConnection).includes('refused')) await passed(paceMs, options)
    const got = await askSome(some, options, answers.length === 0)
    answers.push(...got)
    if (got.includes('no-answer')) break
  }
  return keys.map((_, index) => answers[index] ?? 'no-answer')
}

async function askSome(
  keys: readonly KeyQuestion[],
  options: Omit<AskOptions, 'keys'>,
  first: boolean,
): Promise<KeyAnswer[]> {
  const questions = new KeyQuestions(keys)
  let answered = 0
  try {
    await loginPinned({ ...options, key: undefined, password: undefined, questions })
    answered = keys.length
  } catch (error) {
    if (!(error instanceof LinkError) || (first && questions.put === 0)) throw error
    answered = Math.max(0, questions.put - 1)
  }
  return keys.map((key, index) => {
    if (questions.accepted.has(key)) return 'accepted'
    return index < answered ? 'refused' : 'no-answer'
  })
}

/** Ends early when there is no time left to ask in. */
function passed(ms: number, { clock, signal }: Pick<AskOptions, 'clock' | 'signal'>): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timer.cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(ms, end)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
}
