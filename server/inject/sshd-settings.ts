import type { Report } from './program/report.ts'

/** What sshd is set to for an account, as far as it decides whether a key lets in. Lists keep the order of sshd. */
export interface SshdSettings {
  /** As `sshd -T` says it; else read from the files, in which conditions that we cannot judge are passed over. */
  certain: boolean
  authorizedKeysFile: string[]
  strictModes: boolean
  pubkeyAuthentication: boolean
  permitRootLogin: string
  /** Signature algorithms, or undefined for sshd's own list. */
  pubkeyAcceptedAlgorithms: string[] | undefined
  allowUsers: string[]
  denyUsers: string[]
  allowGroups: string[]
  denyGroups: string[]
  authenticationMethods: string[]
  authorizedKeysCommand: string | undefined
}

/** Reads them from what the program reported. */
export function sshdSettings(report: Report, account: string): SshdSettings {
  const certain = report.sshd.length > 0
  const lines = certain ? report.sshd.map(wordsOf) : effectiveLines(report.configs, account)
  const all = (name: string) =>
    lines.filter(([word]) => word?.toLowerCase() === name).map(([, ...rest]) => rest)
  const first = (name: string) => all(name)[0]
  const isNo = (name: string) => first(name)?.[0]?.toLowerCase() === 'no'
  const algorithms = first('pubkeyacceptedalgorithms') ?? first('pubkeyacceptedkeytypes')
  return {
    certain,
    authorizedKeysFile: first('authorizedkeysfile') ?? ['.ssh/authorized_keys', '.ssh/authorized_keys2'],
    strictModes: !isNo('strictmodes'),
    pubkeyAuthentication: !isNo('pubkeyauthentication'),
    permitRootLogin: first('permitrootlogin')?.[0]?.toLowerCase() ?? 'prohibit-password',
    pubkeyAcceptedAlgorithms: plainList(algorithms?.[0]),
    allowUsers: all('allowusers').flat(),
    denyUsers: all('denyusers').flat(),
    allowGroups: all('allowgroups').flat(),
    denyGroups: all('denygroups').flat(),
    authenticationMethods: first('authenticationmethods') ?? ['any'],
    authorizedKeysCommand: commandOf(first('authorizedkeyscommand')?.[0]),
  }
}

const commandOf = (word: string | undefined) => (word?.toLowerCase() === 'none' ? undefined : word)

/** A list that changes sshd's own (`+`, `-`, `^`) or has patterns says nothing without it. */
function plainList(value: string | undefined): string[] | undefined {
  return value === undefined || /^[-+^]|[*?]/.test(value) ? undefined : value.split(',')
}

/**
 * The lines that hold for the account: files of `Include` in their place, `Match` only where it names the user or all. What an included
 * file begins with `Match` ends with that file.
 */
function effectiveLines([main = [], ...included]: readonly string[][], account: string): string[][] {
  const read = (lines: readonly string[], filesOf: (line: string) => readonly string[][]): string[][] => {
    let holds = true
    return lines.flatMap((line) => {
      const [word = '', ...rest] = wordsOf(line)
      const name = word.toLowerCase()
      if (name === 'match') holds = matches(rest, account)
      if (!holds || name === 'match') return []
      if (name !== 'include') return [[word, ...rest]]
      return filesOf(line).flatMap((file) => read(file, () => []))
    })
  }
  return read(main, (line) => (/sshd_config\.d\//.test(line) ? included : []))
}

function matches([kind = '', patterns = '', ...others]: string[], account: string): boolean {
  if (others.length > 0) return false
  if (kind.toLowerCase() === 'all') return true
  return kind.toLowerCase() === 'user' && patterns.split(',').some((pattern) => isLike(account, pattern))
}

/** A pattern of ssh_config(5) with its two wildcards, matched without going back further than the last star: it is the device's text. */
export function isLike(name: string, pattern: string): boolean {
  let at = 0
  let place = 0
  let star = -1
  let retry = 0
  while (at < name.length) {
    const wanted = pattern[place]
    if (wanted === '*') {
      star = place
      place += 1
      retry = at
    } else if (wanted === '?' || wanted === name[at]) {
      place += 1
      at += 1
    } else if (star >= 0) {
      place = star + 1
      retry += 1
      at = retry
    } else return false
  }
  return /^\**$/.test(pattern.slice(place))
}

/** Words of a line of sshd_config(5): a keyword, blanks or one `=`, then arguments, which quotes may hold together. */
function wordsOf(line: string): string[] {
  const [, keyword = '', rest = ''] = /^\s*([A-Za-z0-9]+)\s*=?\s*(.*)$/.exec(line) ?? []
  const words = [...rest.matchAll(/"([^"]*)"|([^\s"]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  const comment = words.findIndex((word) => word.startsWith('#'))
  return [keyword, ...(comment < 0 ? words : words.slice(0, comment))]
}
