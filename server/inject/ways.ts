import { AppError } from '../base/errors.ts'

export type Way = 'ssh' | 'console'

export interface WayFacts {
  wanted: 'auto' | Way
  address: string | null
  hasPassword: boolean
  /** Keys of an ssh agent, which log in over SSH alone. */
  hasAgent: boolean
  hostKeyKnown: boolean
}

/** A way to try, and why that one. */
export interface Choice {
  way: Way
  why: string
}

/** The ways to try, in order. Throws AppError when the one that was asked for cannot be gone. */
export function waysTo(facts: WayFacts): Choice[] {
  const { wanted } = facts
  if (wanted === 'console') return [{ way: 'console', why: 'The console was asked for.' }]
  const missing = missingForSsh(facts)
  if (wanted === 'ssh') {
    if (missing !== undefined) throw new AppError('push-failed', `SSH cannot be used: ${missing}.`)
    return [{ way: 'ssh', why: 'SSH was asked for.' }]
  }
  if (missing !== undefined) return [{ way: 'console', why: `The console: ${missing}.` }]
  if (facts.hasAgent && !facts.hasPassword) {
    return [
      { way: 'ssh', why: 'SSH: there are an address and an ssh agent, and no password for the console.' },
    ]
  }
  if (!facts.hostKeyKnown) {
    return [{ way: 'console', why: 'The console: nobody has accepted the host key of the SSH server.' }]
  }
  return [
    { way: 'ssh', why: `SSH: there are an address, its host key and ${credentialOf(facts)}.` },
    { way: 'console', why: 'The console, after SSH failed.' },
  ]
}

const credentialOf = ({ hasAgent }: WayFacts) => (hasAgent ? 'an ssh agent' : 'a password')

function missingForSsh({ address, hasPassword, hasAgent }: WayFacts): string | undefined {
  if (address === null) return 'the device has no address here'
  return hasPassword || hasAgent ? undefined : 'there is no password to log in with'
}
