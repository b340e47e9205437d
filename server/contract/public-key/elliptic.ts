import { bigEndian, jacobi, modulo, power, toBigEndian } from './numbers.ts'
import { cutShort, mismatch, weak } from './refusals.ts'
import { found, type Read } from './types.ts'
import { concat } from './wire.ts'

/** NIST SP 800-186 section 3.2.1: y^2 = x^3 - 3x + b over the integers modulo p. */
interface Weierstrass {
  name: string
  /** Of one coordinate, in bytes. */
  size: number
  bits: number
  p: bigint
  b: bigint
}

export const nistCurves = {
  nistp256: {
    name: 'P-256',
    size: 32,
    bits: 256,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  nistp384: {
    name: 'P-384',
    size: 48,
    bits: 384,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  nistp521: {
    name: 'P-521',
    size: 66,
    bits: 521,
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
} satisfies Record<string, Weierstrass>
export type NistCurve = keyof typeof nistCurves

/** A point as SSH sends it: 4, x, y (SEC 1 section 2.3.3, uncompressed). */
export function checkNistPoint(curve: NistCurve, point: Uint8Array): Read<Uint8Array> {
  const { name, size, p } = nistCurves[curve]
  if (point.length !== 1 + 2 * size || point[0] !== 4) {
    return mismatch(`The key's point does not have the length and form of a point on ${name}.`)
  }
  const x = bigEndian(point.subarray(1, 1 + size))
  const y = bigEndian(point.subarray(1 + size))
  if (x >= p || y >= p || modulo(y * y - right(curve, x), p) !== 0n) {
    return mismatch(`The key's point is not on the curve ${name}, so there can be no private key for it.`)
  }
  return found(point)
}

/** The same point in SSH's form when a PEM file has it compressed: 2 or 3, x. */
export function uncompressed(curve: NistCurve, point: Uint8Array): Uint8Array {
  const { size, p } = nistCurves[curve]
  const sign = point[0]
  if (point.length !== 1 + size || (sign !== 2 && sign !== 3)) return point
  const x = bigEndian(point.subarray(1))
  // All three primes are 3 modulo 4, where this power is a root if there is one.
  const root = power(right(curve, x), (p + 1n) / 4n, p)
  const y = Number(root & 1n) === sign - 2 ? root : modulo(-root, p)
  return concat([Uint8Array.of(4), point.subarray(1), toBigEndian(y, size)])
}

function right(curve: NistCurve, x: bigint): bigint {
  return modulo(x ** 3n - 3n * x + nistCurves[curve].b, nistCurves[curve].p)
}

/** RFC 8032 section 5.1: -x^2 + y^2 = 1 + d x^2 y^2 modulo p. */
const p25519 = 2n ** 255n - 19n
const d25519 = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/** 32 bytes that RFC 8032 section 5.1.3 decodes to a point of large order. */
export function checkEd25519(bytes: Uint8Array): Read<Uint8Array> {
  if (bytes.length < 32) return cutShort('The Ed25519 key has fewer than 32 bytes.')
  if (bytes.length > 32) return mismatch('The Ed25519 key has more than 32 bytes.')
  const number = bigEndian(bytes.toReversed())
  const y = number & (2n ** 255n - 1n)
  const xIsOdd = number >> 255n === 1n
  const ySquare = (y * y) % p25519
  const above = modulo(ySquare - 1n, p25519)
  // x^2 is above/below; the square of below does not change whether it has a root, and saves a division.
  const hasRoot = above === 0n ? !xIsOdd : jacobi(above * (d25519 * ySquare + 1n), p25519) === 1
  if (y >= p25519 || !hasRoot) {
    return mismatch('The Ed25519 key is not a point on its curve, so there can be no private key for it.')
  }
  return isOfSmallOrder(y, ySquare) ? weak(worthless) : found(bytes)
}

/** The eight points that many signatures fit: y is 0, 1 or -1, or twice the point has the y 0. */
function isOfSmallOrder(y: bigint, ySquare: bigint): boolean {
  if (y < 2n || y === p25519 - 1n) return true
  return modulo(d25519 * ySquare * ySquare + 2n * ySquare - 1n, p25519) === 0n
}

const worthless = 'The Ed25519 key is one of eight that anybody can sign for.'
