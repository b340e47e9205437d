import type { PassedOver } from '../contract/pushes.ts'
import type { Server } from './authorized-keys/lines.ts'
import { deviceText } from './device-text.ts'
import type { Report } from './program/report.ts'
import type { SshdSettings } from './sshd-settings.ts'

/** Where a device's server looks for the keys of an account. */
export interface KeyFiles {
  server: Server
  /** Each absolute. A file is shared when its name is the same for every account: no key goes there, it would open them all. */
  places: { path: string; shared: boolean }[]
  /** Entries of AuthorizedKeysFile that no key is put into. Texts of the device. */
  passedOver: PassedOver[]
}

/** Decides by what runs, then by what is installed; sshd where nothing is known. */
export function keyFiles(report: Report, settings: SshdSettings, account: Account): KeyFiles {
  const server = serverOf(report)
  if (server === 'dropbear') {
    return { server, places: [{ path: dropbearPath(report, account), shared: false }], passedOver: [] }
  }
  const entries = settings.authorizedKeysFile.map((entry) => ({ entry, why: whyPassedOver(entry) }))
  return {
    server,
    places: entries
      .filter(({ why }) => why === undefined || why === 'shared')
      .map(({ entry, why }) => ({ path: expand(entry, account), shared: why === 'shared' })),
    passedOver: entries.flatMap(({ entry, why }) => (why === undefined ? [] : [{ entry, why }])),
  }
}

function whyPassedOver(entry: string): PassedOver['why'] | undefined {
  if (entry.toLowerCase() === 'none') return 'none'
  const tokens = [...entry.matchAll(/%(.?)/g)].map(([, letter = '']) => letter)
  // sshd ends a login that comes to such a one.
  if (tokens.some((letter) => !/[%huU]/.test(letter))) return 'token'
  if (/[*?[]/.test(entry)) return 'pattern'
  return entry.startsWith('/') && !tokens.some((letter) => letter !== '%') ? 'shared' : undefined
}

/** Why there is no file in which a key of one account could be put. */
export function nowhere({ passedOver }: KeyFiles): string {
  const entries = passedOver.map(({ entry, why }) => `${deviceText(entry)}${words[why]}`)
  return `The server reads the keys of this account from no file that a push writes to. Its AuthorizedKeysFile is ${entries.join(' and ')}.`
}

const words: Record<PassedOver['why'], string> = {
  none: '',
  pattern: ' (a pattern, and the files that it matches are not read here)',
  token: ' (with a token that sshd does not know)',
  shared: ' (which all accounts share)',
}

export interface Account {
  name: string
  uid: number
  home: string
}

function serverOf({ running, installed }: Report): Server {
  const known = running.length > 0 ? running : installed
  return known.includes('dropbear') && !known.includes('sshd') ? 'dropbear' : 'openssh'
}

/** OpenWrt's Dropbear has a place of its own for root. */
function dropbearPath(report: Report, { uid, home }: Account): string {
  return report.openWrt && uid === 0 ? '/etc/dropbear/authorized_keys' : join(home, '.ssh/authorized_keys')
}

/** The tokens of AuthorizedKeysFile in sshd_config(5); a relative path begins at the home of the passwd entry. */
function expand(name: string, { name: user, uid, home }: Account): string {
  const tokens: Record<string, string> = { '%%': '%', '%h': home, '%u': user, '%U': `${uid}` }
  const path = name.replace(/%./g, (token) => tokens[token] ?? token)
  return path.startsWith('/') ? path : join(home, path)
}

const join = (folder: string, name: string) => `${folder.replace(/\/$/, '')}/${name}`
