import { type RemovalRequest, type Standing, standingsOf } from './removal.ts'

/**
 * Lines with options that go before any plain line of their key, and count also where it follows: sshd takes the first line that lets in
 * (measured). One that only says from where or until when refuses elsewhere, and sshd goes on to the plain one.
 */
export function heldBack({ report, files, keys }: Omit<RemovalRequest, 'withOptions'>): Standing[] {
  const all = standingsOf(report, files)
  return all.filter((standing) => keys.includes(standing.sha256) && isInFront(standing, all))
}

/** Whether a line of a key goes before its plain lines, of all that the server reads. */
export function isInFront(standing: Standing, all: readonly Standing[]): boolean {
  const { sha256, options, letsIn } = standing
  if (!letsIn || options === undefined || onlyWhereOrWhen(options)) return false
  const before = all.slice(0, all.indexOf(standing))
  return !before.some((other) => other.sha256 === sha256 && other.letsIn && other.options === undefined)
}

function onlyWhereOrWhen(options: string): boolean {
  const names = options.replace(/"(?:\\"|[^"])*"/g, '').split(',')
  return names.every((name) => /^(?:from=|expiry-time=)?$/i.test(name))
}
