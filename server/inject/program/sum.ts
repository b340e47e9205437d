import { createHash } from 'node:crypto'
import { cksum } from '../../operator/cksum.ts'

/** Whether a checksum that the program reported is that of these bytes. Which tool of the device made it is told by its form. */
export function isSumOf(sum: string, bytes: Uint8Array): boolean {
  const [value = '', size = ''] = sum.split(' ')
  const tool = toolOf(sum)
  if (tool === undefined) return value === `${bytes.length}`
  if (tool === 'cksum') return value === `${cksum(bytes)}` && size === `${bytes.length}`
  return value === createHash(tool).update(bytes).digest('hex')
}

/** `cksum 1054711`, with the name of what makes it; null where the device has only a size, or nothing. */
export function shownSum(sum: string | undefined): string | null {
  const tool = toolOf(sum ?? '')
  return tool === undefined ? null : `${tool} ${sum?.split(' ')[0]}`
}

/** Nothing where it is a size alone (wc). */
function toolOf(sum: string): 'cksum' | 'md5' | 'sha256' | undefined {
  if (/^[0-9a-f]{32}(?: |$)/.test(sum)) return 'md5'
  if (/^[0-9a-f]{64}(?: |$)/.test(sum)) return 'sha256'
  return /^[0-9]+ [0-9]+$/.test(sum) ? 'cksum' : undefined
}
