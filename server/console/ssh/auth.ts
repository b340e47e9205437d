import type { Cause } from '../../contract/line.ts'

export type AuthMethod = 'none' | 'publickey' | 'keyboard-interactive' | 'password'

/** What the device's settings hold to log in with. */
export interface Holdings {
  key: boolean
  password: boolean
}

/** A question of the far end in keyboard-interactive authentication (RFC 4256 section 3.2). */
export interface Prompt {
  prompt: string
  echo?: boolean | undefined
}

/**
 * The way through authentication (RFC 4252 section 5): none, to learn what is accepted, then key, then password. Each is tried once,
 * and the password is sent once however many methods would take it: BMCs lock accounts after a few wrong ones.
 */
export class AuthWay {
  readonly #holdings: Holdings
  readonly #tried = new Set<AuthMethod>()
  #accepted: string[] = []
  #passwordSent = false

  constructor(holdings: Holdings) {
    this.#holdings = holdings
  }

  /** The next method to try, or undefined when none is left. `accepted` is what the far end says it takes, null before it said. */
  next(accepted: readonly string[] | null): AuthMethod | undefined {
    if (accepted !== null) this.#accepted = [...accepted]
    const method = accepted === null ? 'none' : order.find((method) => this.#isOpen(method))
    if (method === undefined) return undefined
    this.#tried.add(method)
    if (method === 'password') this.#passwordSent = true
    return method
  }

  /** How to answer a round of questions: with the password to the one question for it, never with anything else. */
  answer(prompts: readonly Prompt[]): 'nothing' | 'password' | 'refuse' {
    const [first, ...others] = prompts
    if (first === undefined) return 'nothing'
    if (others.length > 0 || this.#passwordSent || !asksForPassword(first)) return 'refuse'
    this.#passwordSent = true
    return 'password'
  }

  /** Why authentication came to its end, for the person who set up the device. */
  cause(target: string, username: string): Cause {
    const accepts = `It accepts: ${this.#known().join(', ') || 'nothing we know'}.`
    const tried = [...this.#tried].filter((method) => method !== 'none')
    if (tried.length === 0) {
      return {
        code: 'credentials-missing',
        message: `${target} does not let ${username} in with ${this.#held()}. ${accepts}`,
      }
    }
    const shown = [tried.includes('publickey') ? 'key' : '', this.#passwordSent ? 'password' : '']
    const what = shown.filter((word) => word !== '').join(' and ') || 'login'
    return {
      code: 'wrong-credentials',
      message: `${target} did not accept the ${what} of ${username}. ${accepts}`,
    }
  }

  #isOpen(method: AuthMethod): boolean {
    if (this.#tried.has(method) || !this.#accepted.includes(method)) return false
    if (method === 'publickey') return this.#holdings.key
    return this.#holdings.password && !this.#passwordSent
  }

  #known(): string[] {
    return this.#accepted.filter((method) => knownMethods.includes(method))
  }

  #held(): string {
    if (this.#holdings.key && this.#holdings.password)
      return 'the key or the password that the device has here'
    if (this.#holdings.key) return 'a key, and the device has no password here'
    if (this.#holdings.password) return 'a password, and the device has no key here'
    return 'no credentials, and the device has neither password nor key here'
  }
}

const order: readonly AuthMethod[] = ['publickey', 'keyboard-interactive', 'password']
const knownMethods = ['publickey', 'keyboard-interactive', 'password', 'hostbased', 'gssapi-with-mic']

/** Hidden input, a word for password, and no sign of a second factor or of a new password. */
function asksForPassword({ prompt, echo }: Prompt): boolean {
  if (echo === true) return false
  const words =
    /pass ?(?:word|phrase)|passwor[dt]|mot de passe|contrase|senha|парол|密码|密碼|パスワード|암호/i
  const others =
    /\b(?:new|retype|again|confirm|change|current|one[- ]time|otp|oath|token|verification)\b|2fa/i
  return words.test(prompt) && !others.test(prompt)
}
