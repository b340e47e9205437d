import { readdir, readFile } from 'node:fs/promises'

const fallback = 'http://deb.debian.org/debian'
const listFiles = '/etc/apt/sources.list'
const partsFolder = '/etc/apt/sources.list.d'

/** The Debian archive that this machine itself installs from, so that the lab builds behind whatever mirror its owner set. */
export async function debianMirror(suite: string): Promise<string> {
  const parts = await readdir(partsFolder).catch(() => [])
  const files = [listFiles, ...parts.toSorted().map((name) => `${partsFolder}/${name}`)]
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const mirror = file.endsWith('.sources') ? fromStanzas(text, suite) : fromLines(text, suite)
    if (mirror !== undefined) return mirror
  }
  return fallback
}

/** `deb [options] URI suite component...` (sources.list(5), one-line style). */
export function fromLines(text: string, suite: string): string | undefined {
  for (const line of text.split('\n')) {
    const match = line.match(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/)
    if (match?.[1] === undefined) continue
    if (match[2] === suite && (match[3] ?? '').split(/\s+/).includes('main') && usable(match[1]))
      return match[1]
  }
  return undefined
}

/** RFC 822 stanzas (sources.list(5), deb822 style). */
export function fromStanzas(text: string, suite: string): string | undefined {
  for (const stanza of text.split(/\n\s*\n/)) {
    const words = (field: string) =>
      stanza
        .match(new RegExp(`^${field}:(.*)$`, 'im'))?.[1]
        ?.trim()
        .split(/\s+/) ?? []
    const wanted =
      words('Types').includes('deb') &&
      words('Suites').includes(suite) &&
      words('Components').includes('main')
    const uri = words('URIs').find(usable)
    if (wanted && !/^enabled:\s*no/im.test(stanza) && uri !== undefined) return uri
  }
  return undefined
}

/** debootstrap speaks these; apt's `mirror+file:` and the like it does not. */
function usable(uri: string): boolean {
  return /^(https?|file):\//.test(uri)
}
