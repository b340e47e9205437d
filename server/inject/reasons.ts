import type { PushKey } from './plan.ts'
import type { Report } from './program/report.ts'
import { isLike, type SshdSettings } from './sshd-settings.ts'
import { offences } from './strict-modes.ts'
import { ignored } from './why-not.ts'

/** Why a server refuses a key that stands in its file, as far as the device's own settings tell. In the order in which sshd asks. */
export function refusalReasons(request: {
  report: Report
  settings: SshdSettings
  account: string
  key: Pick<PushKey, 'type'>
}): string[] {
  const { report, settings, account, key } = request
  return [
    ...ofUsers(settings, account),
    ...ofRoot(settings, report),
    ...ofMethod(settings),
    ...ofAlgorithm(settings, key),
    ...ofModes(report, settings, account),
  ]
}

/** What keeps root out though sshd says yes to the question about a key: it looks at that only when the key is proved (measured). */
export function rootBarred(
  { report, settings }: { report: Report; settings: SshdSettings },
  { held }: { held: boolean },
): string[] {
  const byCommand = settings.permitRootLogin === 'forced-commands-only' && held
  return byCommand ? [] : ofRoot(settings, report)
}

function ofUsers(
  { allowUsers, denyUsers, allowGroups, denyGroups }: SshdSettings,
  account: string,
): string[] {
  const names = (patterns: string[]) =>
    patterns.some((pattern) => isLike(account, pattern.split('@')[0] ?? ''))
  const reasons: string[] = []
  if (names(denyUsers)) reasons.push(`DenyUsers names ${account}.`)
  if (allowUsers.length > 0 && !names(allowUsers)) reasons.push(`AllowUsers does not name ${account}.`)
  if (allowGroups.length > 0 || denyGroups.length > 0) {
    reasons.push('AllowGroups or DenyGroups is set: look whether it lets this account in.')
  }
  return reasons
}

function ofRoot({ permitRootLogin }: SshdSettings, { account }: Report): string[] {
  if (account?.uid !== 0) return []
  if (permitRootLogin === 'no') return ['PermitRootLogin is no: root may not log in over SSH at all.']
  if (permitRootLogin !== 'forced-commands-only') return []
  return [
    'PermitRootLogin is forced-commands-only: root gets in only with a key that has command= in its line.',
  ]
}

function ofMethod({ pubkeyAuthentication, authenticationMethods }: SshdSettings): string[] {
  if (!pubkeyAuthentication) return ['PubkeyAuthentication is no: this server takes no keys.']
  const [first = 'any'] = authenticationMethods
  if (first === 'any' || authenticationMethods.some((list) => list.startsWith('publickey'))) return []
  return ['AuthenticationMethods asks for something else before the key.']
}

function ofAlgorithm({ pubkeyAcceptedAlgorithms }: SshdSettings, { type }: Pick<PushKey, 'type'>): string[] {
  if (pubkeyAcceptedAlgorithms === undefined) return []
  const wanted = type === 'ssh-rsa' ? ['rsa-sha2-256', 'rsa-sha2-512', 'ssh-rsa'] : [type]
  if (wanted.some((name) => pubkeyAcceptedAlgorithms.includes(name))) return []
  return [`PubkeyAcceptedAlgorithms has none for keys of the type ${type}.`]
}

function ofModes(report: Report, { strictModes }: SshdSettings, account: string): string[] {
  const owner = report.account
  if (!strictModes || owner === undefined) return []
  const files = report.files.filter(({ kind }) => kind === 'file')
  const found = files.flatMap((file) => offences(file, owner))
  return [...new Set(found.map((offence) => ignored(offence, account)))]
}
