import { describe, expect, test } from 'vitest'
import { type WayFacts, waysTo } from '../../../server/inject/ways.ts'

const all: WayFacts = {
  wanted: 'auto',
  address: '192.0.2.1',
  hasPassword: true,
  hasAgent: false,
  hostKeyKnown: true,
}

describe('the way to a device', () => {
  test.each<[string, Partial<WayFacts>, string[], string]>([
    ['everything for SSH is there', {}, ['ssh', 'console'], 'SSH: there are'],
    ['no address', { address: null }, ['console'], 'no address'],
    ['no password', { hasPassword: false }, ['console'], 'no password'],
    ['no host key', { hostKeyKnown: false }, ['console'], 'nobody has accepted'],
    ['an agent, and a password for the console', { hasAgent: true }, ['ssh', 'console'], 'and an ssh agent'],
    ['an agent alone', { hasAgent: true, hasPassword: false }, ['ssh'], 'no password for the console'],
    // Whoever pushes is told which host key there is: the console would only ask for a password.
    [
      'an agent alone, without a host key',
      { hasAgent: true, hasPassword: false, hostKeyKnown: false },
      ['ssh'],
      'ssh agent',
    ],
    [
      'an agent, and no address',
      { hasAgent: true, hasPassword: false, address: null },
      ['console'],
      'no address',
    ],
    ['the console is asked for', { wanted: 'console' }, ['console'], 'asked for'],
    // Whoever asks for it is told which host key there is.
    ['SSH is asked for, without a host key', { wanted: 'ssh', hostKeyKnown: false }, ['ssh'], 'asked for'],
  ])('%s', (_, facts, ways, why) => {
    const choices = waysTo({ ...all, ...facts })
    expect(choices.map(({ way }) => way)).toEqual(ways)
    expect(choices[0]?.why).toContain(why)
  })

  test.each<[Partial<WayFacts>, string]>([
    [{ address: null }, 'the device has no address here'],
    [{ hasPassword: false }, 'there is no password'],
  ])('SSH is asked for and cannot be: %o', (facts, why) => {
    expect(() => waysTo({ ...all, wanted: 'ssh', ...facts })).toThrow(why)
  })
})
