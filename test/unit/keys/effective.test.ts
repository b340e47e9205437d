import { describe, expect, test } from 'vitest'
import { claimsOf, type DeviceKnowledge, effectiveKeys } from '../../../server/keys/effective.ts'
import type { KeySource } from '../../../server/store/key-sources.ts'
import type { StoredKey } from '../../../server/store/keys.ts'

const now = 1000
const fleet: KeySource = { kind: 'project', id: 'prj_fleet', name: 'Fleet', email: null, count: 1 }
const ann: KeySource = { kind: 'owner', id: 'usr_ann', name: 'Ann', email: 'ann@example.org', count: 1 }
const bob: KeySource = {
  kind: 'collaborator',
  id: 'usr_bob',
  name: 'Bob',
  email: 'bob@example.org',
  count: 1,
}
const sources = [fleet, ann, bob]

/** A key of a source; its blob is named by one letter. */
function key(id: string, of: KeySource, more: Partial<StoredKey> = {}): StoredKey {
  const owner =
    of.kind === 'project' ? { projectId: of.id, userId: null } : { projectId: null, userId: of.id }
  return {
    id: `key_${id}`,
    ...owner,
    sha256: `SHA256:${id}`,
    md5: `MD5:${id}`,
    type: 'ssh-ed25519',
    bits: 256,
    blob: new Uint8Array(),
    comment: `comment of ${id}`,
    label: `label of ${id}`,
    createdAt: 1,
    createdBy: 'somebody',
    expiresAt: null,
    ...more,
  }
}

function effective(keys: StoredKey[], known: Partial<DeviceKnowledge> = {}) {
  return effectiveKeys(claimsOf(keys, sources), {
    byDefault: true,
    chosen: new Map(),
    pushedAt: new Map(),
    readAt: null,
    found: new Map(),
    now,
    ...known,
  })
}

test('a key says why it belongs there', () => {
  expect(effective([key('a', ann)])).toEqual([
    {
      sha256: 'SHA256:a',
      md5: 'MD5:a',
      type: 'ssh-ed25519',
      bits: 256,
      comment: 'comment of a',
      reasons: [
        {
          kind: 'owner',
          keyId: 'key_a',
          label: 'label of a',
          of: { id: 'usr_ann', name: 'Ann', email: 'ann@example.org' },
          expiresAt: null,
          expired: false,
          selected: true,
        },
      ],
      handedOut: true,
      pushedAt: null,
      onDevice: 'unknown',
    },
  ])
})

test('project first, then owners, then collaborators; within one the oldest first', () => {
  const keys = [
    key('e', bob),
    key('d', ann, { createdAt: 2 }),
    key('c', ann, { createdAt: 2, id: 'key_0' }),
    key('b', ann),
    key('a', fleet, { createdAt: 9 }),
  ]
  expect(effective(keys).map(({ sha256 }) => sha256.slice(-1))).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('one blob is one key, with every reason', () => {
  const [one, ...more] = effective([
    key('b', bob, { sha256: 'SHA256:x' }),
    key('f', fleet, { sha256: 'SHA256:x' }),
  ])
  expect(more).toEqual([])
  expect(one?.reasons.map(({ kind }) => kind)).toEqual(['project', 'collaborator'])
  expect(one?.comment).toBe('comment of f')
})

test('keys of nobody who counts here are none', () => {
  const stranger: KeySource = { ...bob, id: 'usr_eve' }
  expect(effective([key('a', stranger)])).toEqual([])
})

describe('handed out', () => {
  const both = [key('p', fleet, { sha256: 'SHA256:x' }), key('o', ann, { sha256: 'SHA256:x' })]
  const chosen = (choices: Record<string, boolean>) => new Map(Object.entries(choices))
  const expired = { expiresAt: now }
  const lasting = { expiresAt: now + 1 }
  test.each([
    ['by default', [key('a', ann)], {}, true],
    ['not where nothing is by default', [key('a', ann)], { byDefault: false }, false],
    ['not where it was deselected', [key('a', ann)], { chosen: chosen({ key_a: false }) }, false],
    ['where it was selected', [key('a', ann)], { byDefault: false, chosen: chosen({ key_a: true }) }, true],
    ['not once it has expired', [key('a', ann, expired)], {}, false],
    ['until it expires', [key('a', ann, lasting)], {}, true],
    [
      'not when expired though it was selected',
      [key('a', ann, expired)],
      { chosen: chosen({ key_a: true }) },
      false,
    ],
    ['for one reason that is left', both, { chosen: chosen({ key_p: false }) }, true],
    ['for none when no reason is left', both, { chosen: chosen({ key_p: false, key_o: false }) }, false],
    [
      'not for a selected reason that expired beside one that was deselected',
      [key('p', fleet, { sha256: 'SHA256:x', ...expired }), key('o', ann, { sha256: 'SHA256:x' })],
      { chosen: chosen({ key_o: false }) },
      false,
    ],
  ] as const)('%s', (_, keys, known, handedOut) => {
    expect(effective([...keys], known).map((found) => found.handedOut)).toEqual([handedOut])
  })
})

describe('on the device', () => {
  test.each([
    ['unknown', null, {}],
    ['unknown', null, { 'SHA256:a': 'there' }],
    ['not-there', 5, {}],
    ['there', 5, { 'SHA256:a': 'there' }],
    ['restricted', 5, { 'SHA256:a': 'restricted' }],
  ] as const)('%s, read at %s, found %j', (onDevice, readAt, found) => {
    const known = { readAt, found: new Map<string, 'there' | 'restricted'>(Object.entries(found)) }
    expect(effective([key('a', ann)], known)[0]?.onDevice).toBe(onDevice)
  })

  test('pushed when', () => {
    expect(effective([key('a', ann)], { pushedAt: new Map([['SHA256:a', 7]]) })[0]?.pushedAt).toBe(7)
  })
})
