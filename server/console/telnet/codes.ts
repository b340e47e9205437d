/** Commands of RFC 854. */
export const iac = 255
export const command = {
  se: 240,
  nop: 241,
  brk: 243,
  ayt: 246,
  sb: 250,
  will: 251,
  wont: 252,
  do: 253,
  dont: 254,
} as const

/** BINARY (RFC 856), ECHO (RFC 857), SUPPRESS-GO-AHEAD (RFC 858), TIMING-MARK (RFC 860), COM-PORT-OPTION (RFC 2217). */
export const option = { binary: 0, echo: 1, suppressGoAhead: 3, timingMark: 6, comPort: 44 } as const

export type Verb = 'will' | 'wont' | 'do' | 'dont'

export const negotiation = (verb: Verb, about: number): Buffer => Buffer.from([iac, command[verb], about])
