import type { Cause, CauseCode } from '../../contract/line.ts'
import { lastPlainLine } from '../plain-text.ts'

/** What ipmitool's words on standard error mean. The first line of this table that any of them matches holds. */
const meanings: { words: RegExp; code: CauseCode; says: (target: string) => string }[] = [
  {
    words: /RAKP 2 HMAC is invalid|unauthorized name|RAKP \d .*integrity check value/,
    code: 'wrong-credentials',
    says: (target) =>
      `${target} refused the user name or the password. Check both, and that the account may use IPMI over LAN.`,
  },
  {
    words: /(?:unauthorized|invalid) role|insufficient privilege|privilege level/i,
    code: 'no-permission',
    says: (target) =>
      `${target} does not grant this account the privilege that the device asks for. Lower the device's privilege, or raise the account's.`,
  },
  {
    words: /insufficient resources/i,
    code: 'busy',
    says: (target) =>
      `${target} has no session free: others use all it has. It frees an idle one after a minute.`,
  },
  {
    words:
      /(?:authentication|integrity|confidentiality|encryption) algorithm|no cipher suite match|Unsupported cipher suite|matching (?:authentication|integrity) payload/i,
    code: 'no-common-algorithm',
    says: (target) =>
      `${target} does not offer the device's cipher suite. Choose the other one (17 is SHA-256, 3 is what older BMCs know), or allow it on the BMC.`,
  },
  {
    words: /SOL payload already active|activation limit reached/,
    code: 'busy',
    says: (target) => `The console of ${target} is in use by another session, and a BMC has only one.`,
  },
  {
    words: /SOL payload (?:type )?disabled/,
    code: 'other',
    says: (target) =>
      `Serial over LAN is switched off on ${target}. Enable it there (ipmitool sol set enabled true).`,
  },
  {
    words: /cannot activate SOL payload with/,
    code: 'other',
    says: (target) =>
      `${target} does not allow an encrypted console. Set force-encryption on the BMC (ipmitool sol set).`,
  },
  {
    words: /SOL session on different port/,
    code: 'other',
    says: (target) =>
      `${target} wants the console's bytes on another UDP port than the one it was reached at. Reach the BMC at its own port, without port forwarding.`,
  },
  {
    words: /No response to keepalive/,
    code: 'no-answer',
    says: (target) =>
      `${target} no longer answers: it was switched off or restarts, or the network in between is down.`,
  },
  {
    words: /Error sending SOL data|SOL session closed by BMC/,
    code: 'closed-by-far-end',
    says: (target) =>
      `${target} does not take what was typed: somebody else may have taken the console, or the BMC restarts.`,
  },
  {
    words:
      /Get Auth Capabilities error|Get Channel Authentication Capabilities request|Timeout in open session|no response from RAKP|No response activating/,
    code: 'timeout',
    says: (target) =>
      `${target} did not answer in time. Is it the BMC's address, is IPMI over LAN enabled there, and does a firewall drop UDP?`,
  },
]

const longestQuote = 200

/**
 * Why ipmitool could not do what it was asked to, or lost the console, from what it wrote to standard error. `target` is `host:port`;
 * `undone` ends "ipmitool could not ..." where its words mean nothing to us.
 */
export function causeOfWords(
  words: Uint8Array,
  target: string,
  undone = `use the console of ${target}`,
): Cause {
  const text = Buffer.from(words).toString('latin1')
  const meaning = meanings.find((one) => one.words.test(text))
  if (meaning !== undefined) return { code: meaning.code, message: meaning.says(target) }
  const last = lastPlainLine(words, longestQuote)
  if (last === '') return { code: 'program-ended', message: `ipmitool for ${target} ended without a word.` }
  return { code: 'other', message: `ipmitool could not ${undone}. It says: ${last}` }
}
