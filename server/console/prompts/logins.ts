import type { CursorLine } from './cursor-line.ts'
import type { Prompt } from './prompt.ts'

const login =
  /^(?:(?<host>[\w.-]{1,64})(?: \(tty\w{1,12}\))? )?(?:login|Login|LOGIN|username|Username|User ?[Nn]ame|login as|User)(?: as)?:(?: {1,2}(?<typed>\S{0,64}))?$/
/** Words before `login:` that make it a message: of login(1) about the last time, of daemons about somebody else. */
const notHosts =
  /^(?:last|failed|failure|invalid|incorrect|successful|remote|no|new|first|auto|root|user|for)$/i
const passwordWords =
  /(?:pass(?:word|phrase|code)|passwort|mot de passe|contraseña|senha|wachtwoord|пароль|パスワード|密码)/iu
const password = new RegExp(`^(?<text>.{0,120}?${passwordWords.source}.{0,80}?) ?[:：] ?$`, 'iu')
const programs = /^\[sudo|\bsudo\b|'s password$|passphrase|\bnew\b|\bcurrent\b|retype|\bfor\b|enter /i
const maintenance = /(?:press|type) Control-D to continue/i
const rootPassword = /(?:Give|Enter) root password for (?:system )?maintenance/i

/** A login prompt that the cursor stands in. */
export function loginPrompt({ before, after, disturbed }: CursorLine): Prompt | undefined {
  const match = login.exec(before)
  if (match === null || after !== '') return undefined
  const { host, typed = '' } = match.groups ?? {}
  if (host !== undefined && notHosts.test(host)) return undefined
  return { kind: 'login', host: host ?? null, typed, disturbed, evidence: before.trimEnd() }
}

/** A question for a password, of login(1) or of a program. */
export function passwordPrompt({ before, above }: CursorLine): Prompt | undefined {
  const text = password.exec(before)?.groups?.text
  if (text === undefined) return undefined
  const asks = programs.test(text) ? 'program' : 'login'
  const user = asks === 'login' ? nameGiven(above) : userNamed(text)
  return { kind: 'password', user, asks, evidence: before.trimEnd() }
}

/** sulogin(8), which wants root's password or only Enter before it opens a shell. */
export function suloginPrompt({ before, above }: CursorLine): Prompt | undefined {
  const text = [...above.slice(0, 2).reverse(), before].join('\n')
  if (!maintenance.test(before) && !rootPassword.test(before)) return undefined
  const wants = /Press Enter for (?:system )?maintenance/i.test(text) ? 'enter' : 'password'
  return { kind: 'sulogin', wants, evidence: text.trimEnd() }
}

/** The name of the login that was done on the lines above, nearest first. */
export function loginDone(above: string[]): string | null {
  const asked = above.findIndex((line) => password.test(line) && !programs.test(line))
  const given = asked < 0 ? undefined : login.exec(above[asked + 1] ?? '')?.groups?.typed
  return given === undefined || given === '' ? null : given
}

/** The name that was typed at the login prompt above. */
function nameGiven(above: string[]): string | null {
  for (const line of above.slice(0, 2)) {
    const typed = login.exec(line)?.groups?.typed
    if (typed !== undefined && typed !== '') return typed
  }
  return null
}

function userNamed(text: string): string | null {
  return /\bfor (?<user>[a-z_][\w.-]{0,31})$/.exec(text)?.groups?.user ?? null
}
