import type { Server } from './authorized-keys/lines.ts'
import type { Report } from './program/report.ts'
import type { SshdSettings } from './sshd-settings.ts'

/** Where a device's server looks for the keys of an account. */
export interface KeyFiles {
  server: Server
  /** Each absolute. A file is shared when its name is the same for every account: no key goes there, it would open them all. */
  places: { path: string; shared: boolean }[]
  /** Entries of AuthorizedKeysFile with wildcards, which sshd knows since 10.0: read by nobody here. */
  passedOver: string[]
}

/** Decides by what runs, then by what is installed; sshd where nothing is known. */
export function keyFiles(report: Report, settings: SshdSettings, account: Account): KeyFiles {
  const server = serverOf(report)
  if (server === 'dropbear') {
    return { server, places: [{ path: dropbearPath(report, account), shared: false }], passedOver: [] }
  }
  const names = settings.authorizedKeysFile.filter((name) => name.toLowerCase() !== 'none')
  const patterns = names.filter((name) => /[*?[]/.test(name))
  return {
    server,
    places: names
      .filter((name) => !patterns.includes(name))
      .map((name) => ({ path: expand(name, account), shared: /^\//.test(name) && !/%[huU]/.test(name) })),
    passedOver: patterns,
  }
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
