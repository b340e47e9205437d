import { describe, expect, test } from 'vitest'
import {
  type HostKey,
  type HostKeys,
  hostKeys,
  knownHostsQuery,
  type Marked,
  type MarkInput,
  marked,
  markInput,
  type Provisioning,
  type ProvisioningState,
  provisioningState,
} from '../../../server/contract/provision.ts'
import {
  keepPassword,
  type RevealedPassword,
  type RootPassword,
  revealedPassword,
  revealRequest,
  rootPassword,
} from '../../../server/contract/vault.ts'

const provisioning: Provisioning = {
  id: `prv_${'a'.repeat(20)}`,
  state: 'waiting',
  hostname: 'db1',
  createdAt: 1,
  createdBy: 'ann@example.org',
  expiresAt: 2,
  fetchedAt: null,
  fetchedFrom: null,
  endedAt: null,
}

describe('answers drop what is not of the contract', () => {
  test('a provisioning has neither token nor hash', () => {
    const state: ProvisioningState = { provisioning, may: { provision: true } }
    const leaky = { ...state, provisioning: { ...provisioning, passwordHash: '$6$x', tokenHash: 'x' } }
    expect(provisioningState.parse(leaky)).toEqual(state)
  })

  test('the address is in the one answer to marking', () => {
    const answer: Marked = {
      provisioning,
      address: 'https://gw/provision/x/',
      kernelArgument: 'ds=nocloud-net;s=x',
    }
    expect(marked.parse(answer)).toEqual(answer)
  })

  test('what is known of a root password is not the password', () => {
    const known: RootPassword = {
      state: 'kept',
      source: 'provision',
      setAt: 1,
      setBy: 'gateway',
      until: 2,
      leftMs: 1,
      goneAt: null,
      may: { reveal: true, use: true, set: true },
    }
    expect(rootPassword.parse({ ...known, password: 'x' })).toEqual(known)
    const shown: RevealedPassword = { password: 'x', until: 2, leftMs: 1 }
    expect(revealedPassword.parse(shown)).toEqual(shown)
  })

  test('a host key may be known by its fingerprint alone', () => {
    const key: HostKey = {
      type: 'ssh-rsa',
      sha256: 'SHA256:x',
      line: null,
      sources: ['console'],
      verified: true,
      seenAt: 1,
    }
    const all: HostKeys = { state: 'console', keys: [key], may: { forget: false } }
    expect(hostKeys.parse(all)).toEqual(all)
  })
})

describe('requests', () => {
  const asked = (input: MarkInput) => markInput.safeParse(input).success

  test.each([
    [{}, true],
    [{ hours: 1 }, true],
    [{ hours: 14 * 24 }, true],
    [{ hours: 0 }, false],
    [{ hours: 14 * 24 + 1 }, false],
    [{ networkConfig: 'version: 2\n' }, true],
    [{ networkConfig: '\ud800' }, false],
    [{ networkConfig: 'x'.repeat(16 * 1024 + 1) }, false],
  ])('marking with %j: %s', (input, good) => {
    expect(asked(input)).toBe(good)
  })

  test('a password is one line that login can be told, and a reveal says why', () => {
    expect(keepPassword.safeParse({ password: 'two\nlines' }).success).toBe(false)
    expect(keepPassword.safeParse({ password: '' }).success).toBe(false)
    expect(keepPassword.safeParse({ password: 'pässword' }).success).toBe(true)
    expect(revealRequest.safeParse({ reason: ' ' }).success).toBe(false)
    expect(revealRequest.safeParse({ reason: 'disk is full' }).success).toBe(true)
  })

  test('flags of known_hosts are on with 1 alone', () => {
    expect(knownHostsQuery.safeParse({ hashed: '1' }).success).toBe(true)
    expect(knownHostsQuery.safeParse({ hashed: 'yes' }).success).toBe(false)
  })
})
