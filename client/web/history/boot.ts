import { searchHistory } from '../api/history.ts'

/** What kernels and boot loaders print first. */
const firstWords = [
  'Linux version \\d',
  'Booting Linux on',
  'GNU GRUB',
  'U-Boot \\d{4}',
  'SeaBIOS \\(version',
  'FreeBSD/\\w+ bootstrap loader',
  'Open-?BIOS',
  'iPXE \\d',
].join('|')

/** Offset of the line with which the last boot began, as far as its words tell; null when there is none. */
export async function findBoot(deviceId: string): Promise<number | null> {
  const control = new AbortController()
  const input = { text: firstWords, regex: true, matchCase: true, limit: 1 }
  try {
    for await (const record of searchHistory(deviceId, input, control.signal)) {
      if (record.type === 'match') return record.lineFrom
    }
    return null
  } finally {
    control.abort()
  }
}
