import { systemCode } from '../../base/errors.ts'
import type { Cause } from '../../contract/line.ts'
import { causeOfSystemError } from '../causes.ts'
import { type Algorithms, type Mismatch, mismatches } from './algorithms.ts'
import type { Hello } from './hello.ts'

/** What is known of a link when it fails. */
export interface FailureSetting {
  target: string
  algorithms: Algorithms
  hello: Hello
  loggedIn: boolean
}

/** Reasons of SSH_MSG_DISCONNECT (RFC 4253 section 11.1) that tell more than "closed". */
const tooManyConnections = 12
const noMoreAuthMethods = 14

/**
 * The cause of a failed connection. Words of the far end are classified and never quoted: a hostile one could say our password back,
 * and causes are logged.
 */
export function causeOfFailure(error: unknown, setting: FailureSetting): Cause {
  const { target, hello } = setting
  if (systemCode(error) !== '') return causeOfSystemError(error, target)
  const reason = disconnectReason(error)
  if (reason !== undefined) return causeOfDisconnect(reason, error, setting)
  const text = error instanceof Error ? error.message : ''
  if (!hello.identified) return hello.silent ? causeOfClose(setting) : notSsh(target)
  const missing = hello.offer === undefined ? [] : mismatches(setting.algorithms, hello.offer)
  if (!setting.loggedIn && /no matching/i.test(text)) return noCommonAlgorithm(target, missing)
  if (/signature verification failed|signature type|malformed signature/i.test(text)) {
    return {
      code: 'protocol',
      message: `${target} could not prove that it holds its host key. Something between may be interfering; try again, then check the network path.`,
    }
  }
  return {
    code: 'protocol',
    message: `${target} broke the SSH protocol${setting.loggedIn ? '' : ' before the login was complete'}. Its firmware may be at fault, or something between changed the data.`,
  }
}

/** The far end closed without a word. */
export function causeOfClose(setting: FailureSetting): Cause {
  const { target, hello, loggedIn } = setting
  if (loggedIn) return { code: 'closed-by-far-end', message: `${target} closed the connection.` }
  const when = hello.identified ? 'before the login was complete' : 'before it named itself as an SSH server'
  return {
    code: 'closed-by-far-end',
    message: `${target} closed the connection ${when}. It may have too many sessions, or not allow this gateway's address.`,
  }
}

export function notSsh(target: string): Cause {
  return {
    code: 'protocol',
    message: `${target} does not answer as an SSH 2 server does. Is this the right port?`,
  }
}

function causeOfDisconnect(reason: number, error: unknown, setting: FailureSetting): Cause {
  const text = error instanceof Error ? error.message : ''
  const { target } = setting
  if (reason === tooManyConnections || /too many (?:connections|sessions)|maximum/i.test(text)) {
    return {
      code: 'busy',
      message: `${target} has too many sessions. End one of them, or wait until one ends.`,
    }
  }
  if (reason === noMoreAuthMethods || /authentication|password|login/i.test(text)) {
    return {
      code: 'wrong-credentials',
      message: `${target} ended the connection over failed logins. Check user name and credentials; the account may be locked for some time.`,
    }
  }
  return causeOfClose(setting)
}

function noCommonAlgorithm(target: string, missing: Mismatch[]): Cause {
  const [first] = missing
  if (first === undefined) {
    return { code: 'no-common-algorithm', message: `${target} and the gateway have no algorithm in common.` }
  }
  const offers = missing.map(({ what, offered }) => `${what}: ${names(offered)}`).join('; ')
  const remedy = missing.every(({ legacyHelps }) => legacyHelps)
    ? 'These are old and weak, so they are off. If its firmware cannot be updated, switch on old algorithms (legacyAlgorithms) for this device.'
    : 'The gateway knows none of these. Allow a common algorithm at the far end.'
  return {
    code: 'no-common-algorithm',
    message: `${target} has no algorithm in common with the gateway. It offers ${offers}. ${remedy}`,
  }
}

const shownNames = 8
function names(offered: string[]): string {
  if (offered.length === 0) return 'nothing'
  const more = offered.length > shownNames ? ` and ${offered.length - shownNames} more` : ''
  return offered.slice(0, shownNames).join(', ') + more
}

/** The library puts the reason code of SSH_MSG_DISCONNECT where node puts the name of a system error. */
function disconnectReason(error: unknown): number | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'number') return error.code
  return undefined
}

export const hostKeyUnknown = (target: string, fingerprint: string): Cause => ({
  code: 'host-key-unknown',
  message: `Nobody has accepted the host key of ${target} yet. It shows ${fingerprint}. Compare this with the device (ssh-keygen -lf there), then accept it. No credential was sent.`,
  offered: fingerprint,
})

export const hostKeyChanged = (target: string, keys: { accepted: string; offered: string }): Cause => ({
  code: 'host-key-changed',
  message: `The host key of ${target} has changed: accepted was ${keys.accepted}, it shows ${keys.offered}. It was reinstalled, its address is another machine's now, or somebody is in between. Find out which before you accept the new key. No credential was sent.`,
  offered: keys.offered,
})
