import type { Gap } from '../../contract/console.ts'

const words: Record<Gap['cause'], string> = {
  'link-down': 'link down',
  'gateway-down': 'gateway down',
  'gateway-killed': 'gateway killed',
  'not-recorded': 'not recorded',
  expired: 'expired',
  'lost-by-transport': 'lost by the transport',
}

/** `gap: 12 s, link down` or `gap: 4096 bytes, 3 s, not recorded`. */
export function gapWords({ from, to, startedAt, endedAt, cause }: Gap): string {
  const bytes = to > from ? `${to - from} bytes, ` : ''
  return `gap: ${bytes}${duration(endedAt - startedAt)}, ${words[cause]}`
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} d`
}
