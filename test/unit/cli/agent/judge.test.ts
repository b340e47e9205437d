import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { fingerprintOf } from '../../../../client/cli/agent/fingerprint.ts'
import { Judge, type Rules } from '../../../../client/cli/agent/judge.ts'
import { type AgentRequest, readRequest, writeRequest } from '../../../../server/contract/agent/messages.ts'
import { concat, wireName, wireString } from '../../../../server/contract/public-key/wire.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const hostKey = blobOf(publicKey)
const sessionId = createHash('sha256').update('a session').digest()
const mine = blobOf(generateKeyPairSync('ed25519').publicKey)

function blobOf(key: KeyObject): Uint8Array {
  const { x = '' } = key.export({ format: 'jwk' })
  return concat([wireName('ssh-ed25519'), wireString(Buffer.from(x, 'base64url'))])
}
const signatureOver = (data: Uint8Array) =>
  concat([wireName('ssh-ed25519'), wireString(sign(null, data, privateKey))])
const bind = (more: Partial<Extract<AgentRequest, { kind: 'bind' }>> = {}): AgentRequest => ({
  kind: 'bind',
  hostKey,
  sessionId,
  signature: signatureOver(sessionId),
  ...more,
})

/** What is signed for a login (RFC 4252 section 7), with something else in some places. */
function login(more: Record<string, Uint8Array> = {}): Uint8Array {
  const parts = {
    sessionId: wireString(sessionId),
    number: Uint8Array.of(50),
    user: wireName('root'),
    service: wireName('ssh-connection'),
    method: wireName('publickey'),
    signed: Uint8Array.of(1),
    algorithm: wireName('ssh-ed25519'),
    blob: wireString(mine),
    ...more,
  }
  return concat(Object.values(parts))
}
const signing = (data: Uint8Array, flags = 0): AgentRequest => ({ kind: 'sign', blob: mine, data, flags })

const rules: Rules = { keys: [], knownHosts: undefined, login: undefined }
function judged(requests: AgentRequest[], more: Partial<Rules> = {}) {
  const judge = new Judge({ ...rules, ...more })
  return requests.map((request) => judge.judge(request)).at(-1)
}

it('lets a login at a host that has proved its key be signed, and says whose it is', () => {
  expect(judged([bind(), { kind: 'identities' }, signing(login())])).toEqual({
    ok: true,
    about: `login as root at the host with the key ${fingerprintOf(hostKey)}, by ${fingerprintOf(mine)}`,
  })
})

const refusals: [string, AgentRequest[], string, Partial<Rules>?][] = [
  ['a list before anything is proved', [{ kind: 'identities' }], 'nothing proves which host'],
  ['a signature before anything is proved', [signing(login())], 'nothing proves which host'],
  ['a proof for another session', [bind({ sessionId: Buffer.alloc(32) })], 'nothing proves that this is'],
  ['a proof of another host', [bind({ hostKey: mine })], 'nothing proves that this is'],
  ['a proof that is no signature', [bind({ signature: Buffer.from('x') })], 'nothing proves that this is'],
  ['a second session', [bind(), bind()], 'a second one'],
  ['a host that is not known', [bind()], 'not in your known hosts', { knownHosts: new Set() }],
  [
    'a key that was not named',
    [bind(), signing(login())],
    'was not named',
    { keys: [fingerprintOf(hostKey)] },
  ],
  ['another account', [bind(), signing(login())], 'a login as root, not as web', { login: 'web' }],
  ['a signature of another kind', [bind(), signing(login(), 2)], 'with another key'],
  ['another key', [bind(), signing(login({ blob: wireString(hostKey) }))], 'with another key'],
  ['another session', [bind(), signing(login({ sessionId: wireString(hostKey) }))], 'in another session'],
  ['a signed file', [bind(), signing(Buffer.from('SSHSIG\0\0\0\0'))], 'it is no login'],
  ['a login and more behind it', [bind(), signing(login({ more: Uint8Array.of(0) }))], 'it is no login'],
  ['another message', [bind(), signing(login({ number: Uint8Array.of(51) }))], 'it is no login'],
  ['another service', [bind(), signing(login({ service: wireName('ssh-userauth') }))], 'it is no login'],
  ['a login by host key', [bind(), signing(login({ method: wireName('hostbased') }))], 'it is no login'],
]
test.each(refusals)('refuses %s', (_, requests, why, more) => {
  expect(judged(requests, more)).toEqual({ ok: false, why: expect.stringContaining(why) })
})

describe('what is not one of the three requests', () => {
  // draft-ietf-sshm-ssh-agent, section 6.1: remove all, remove, add, add with limits, lock, unlock, smartcards.
  test.each([1, 7, 9, 17, 18, 19, 20, 21, 22, 23, 25, 26])('number %i is none', (number) => {
    expect(readRequest(concat([Uint8Array.of(number), wireString(mine)]))).toBeUndefined()
    expect(readRequest(Uint8Array.of(number))).toBeUndefined()
  })

  it('nor is another extension, or one for a forwarded session', () => {
    const other = concat([Uint8Array.of(27), wireName('restrict-destination-v00@openssh.com')])
    const forwarded = Uint8Array.from(writeRequest(bind()))
    forwarded[forwarded.length - 1] = 1
    expect([other, forwarded].map(readRequest)).toEqual([undefined, undefined])
  })

  it('reads what it writes, and random bytes without a throw', () => {
    for (const request of [bind(), { kind: 'identities' } as const, signing(login(), 4)]) {
      const read = readRequest(writeRequest(request))
      expect(read && writeRequest(read)).toEqual(writeRequest(request))
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(11, 13, 27), (bytes, number) => {
        const read = readRequest(concat([Uint8Array.of(number), bytes]))
        if (read !== undefined) judged([bind(), read])
      }),
    )
  })
})
