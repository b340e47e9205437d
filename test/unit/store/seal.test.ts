import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Binding, type Sealed, seal, unseal } from '../../../server/store/seal.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const binding: Binding = ['device', 'dev_a', 'password', 'sec_a']
const plain = Buffer.from('the BMC password')

test('what was sealed opens under the same key and binding, whatever it is', () => {
  const bytes = fc.uint8Array({ maxLength: 5000 })
  const parts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 })
  fc.assert(
    fc.property(bytes, parts, (value, names) => {
      expect(unseal(seal(value, key, names), key, names)).toEqual(Buffer.from(value))
    }),
  )
})

test('each seal has a data key and nonces of its own', () => {
  const [one, two] = [seal(plain, key, binding), seal(plain, key, binding)]
  expect(one.wrappedKey).not.toEqual(two.wrappedKey)
  expect(one.ciphertext).not.toEqual(two.ciphertext)
  expect(unseal({ ...one, ciphertext: two.ciphertext }, key, binding)).toBeUndefined()
})

test.each(['wrappedKey', 'ciphertext'] as const)('no bit of the %s can be changed', (part) => {
  const sealed = seal(plain, key, binding)
  for (let bit = 0; bit < sealed[part].length * 8; bit += 1) {
    const bytes = Uint8Array.from(sealed[part])
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(unseal({ ...sealed, [part]: bytes }, key, binding), `bit ${bit}`).toBeUndefined()
  }
})

test.each(['wrappedKey', 'ciphertext'] as const)('a %s that was cut or lengthened is refused', (part) => {
  const sealed = seal(plain, key, binding)
  for (let length = 0; length < sealed[part].length; length += 1) {
    const cut: Sealed = { ...sealed, [part]: sealed[part].subarray(0, length) }
    expect(unseal(cut, key, binding), `${length} bytes`).toBeUndefined()
  }
  const longer = Buffer.concat([sealed[part], Buffer.alloc(1)])
  expect(unseal({ ...sealed, [part]: longer }, key, binding)).toBeUndefined()
})

test('another key does not open it', () => {
  expect(unseal(seal(plain, key, binding), createSecretKey(Buffer.alloc(32, 2)), binding)).toBeUndefined()
})

test.each([0, 1, 2, 3])('another name in place %i of the binding does not open it', (place) => {
  const other = binding.with(place, 'another')
  expect(unseal(seal(plain, key, binding), key, other)).toBeUndefined()
})

test('names cannot be shifted from one place of the binding to the next', () => {
  expect(unseal(seal(plain, key, ['ab', 'c']), key, ['a', 'bc'])).toBeUndefined()
  expect(unseal(seal(plain, key, ['a","b']), key, ['a', 'b'])).toBeUndefined()
})
