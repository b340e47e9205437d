/** Countdowns end by the gateway's clock, and laptops drift: its `Date` header tells the difference. */
let skew = 0

/** The header has whole seconds, so a smaller difference is noise. */
const trusted = 2000

export function learnGatewayTime(dateHeader: string | null, now = Date.now()): void {
  const theirs = Date.parse(dateHeader ?? '')
  if (Number.isNaN(theirs)) return
  const difference = theirs - now
  skew = Math.abs(difference) < trusted ? 0 : difference
}

/** Milliseconds since the epoch as the gateway would say. */
export function gatewayNow(): number {
  return Date.now() + skew
}
