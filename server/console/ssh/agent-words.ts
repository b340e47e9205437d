import type { Cause } from '../../contract/line.ts'

/** What became of a login with an agent's keys. */
export interface AgentOutcome {
  target: string
  username: string
  /** Keys that the agent has, those of a kind that can be used, and the fingerprints of those that were offered. */
  held: number
  usable: number
  offered: readonly string[]
  /** Those that the server would take and the agent did not sign with. */
  refused: readonly string[]
  /** The one whose signature was sent last. */
  signed: string | undefined
  /** The server ended the connection in the middle. */
  cutOff: boolean
}

/** Why the agent's keys did not let in, for whoever has them. */
export function agentRefused(outcome: AgentOutcome): Cause {
  const { target, username, held, usable, offered, refused, signed, cutOff } = outcome
  if (held === 0) return { code: 'credentials-missing', message: noKeys }
  if (usable === 0) {
    const message = `The ssh agent has ${keys(held)}, none of a kind that can be used here: Ed25519, ECDSA or RSA, and neither certificates nor security keys. Add another one (ssh-add).`
    return { code: 'credentials-missing', message }
  }
  const wrong = (message: string): Cause => ({ code: 'wrong-credentials', message })
  if (refused.length > 0) {
    return wrong(
      `${target} takes ${refused.join(' and ')} for ${username}, but the ssh agent did not sign with it. Somebody said no, the key is for other hosts only (ssh-add -h), or the agent was locked. Try again.`,
    )
  }
  if (cutOff || offered.length < usable) {
    return wrong(
      `${target} took none of the ${offered.length} keys of the ssh agent that were offered for ${username}, of ${usable}: servers end the connection after some. Name the right one (--key SHA256:… of lifeline-agent).`,
    )
  }
  if (signed !== undefined) {
    return wrong(
      `${target} asked for a signature of ${signed}, and did not let ${username} in with it. Its log says why.`,
    )
  }
  return wrong(
    `${target} takes none of the ${keys(offered.length)} of the ssh agent for ${username}: ${offered.join(', ')}. Use a key that is there, a password, or the console.`,
  )
}

const keys = (count: number): string => (count === 1 ? 'one key' : `${count} keys`)

const noKeys =
  'The ssh agent offers no key: it has none, or it is locked. ssh-add -l shows them, ssh-add FILE adds one, ssh-add -X unlocks. Then try again.'

export const notBound = (target: string, sha256: string): Cause => ({
  code: 'not-allowed',
  message: `lifeline-agent does not log in at ${target}, which shows the host key ${sha256}: it may not, or it does not reach its ssh agent. Where it was started it says which. Then try again.`,
})

export const notAnAgent: Cause = {
  code: 'protocol',
  message: 'What is attached does not answer as an ssh agent does. Is SSH_AUTH_SOCK that of an agent?',
}

export const unbindable: Cause = {
  code: 'not-supported',
  message: 'The gateway cannot prove to an ssh agent which host it is with. Use a password or the console.',
}
