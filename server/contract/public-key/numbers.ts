const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Most significant byte first. */
export function bigEndian(bytes: Uint8Array): bigint {
  let digits = ''
  for (const byte of bytes) digits += hex[byte]
  return digits === '' ? 0n : BigInt(`0x${digits}`)
}

/** At least `length` bytes, most significant first. */
export function toBigEndian(value: bigint, length = 1): Uint8Array {
  const digits = value.toString(16)
  const size = Math.max(length, Math.ceil(digits.length / 2))
  const padded = digits.padStart(size * 2, '0')
  return Uint8Array.from({ length: size }, (_, at) => Number.parseInt(padded.slice(at * 2, at * 2 + 2), 16))
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = modulo(base, modulus)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** The Jacobi symbol: for a prime modulus 1 says that the value is a square, -1 that it is none (Cohen, algorithm 1.4.10). */
export function jacobi(value: bigint, modulus: bigint): number {
  let a = modulo(value, modulus)
  let n = modulus
  let sign = 1
  while (a !== 0n) {
    const twos = trailingZeros(a)
    a >>= BigInt(twos)
    const nLow = Number(n & 7n)
    if (twos % 2 === 1 && (nLow === 3 || nLow === 5)) sign = -sign
    if (nLow % 4 === 3 && (a & 3n) === 3n) sign = -sign
    ;[a, n] = [n % a, a]
  }
  return n === 1n ? sign : 0
}

/** Of a number that is not 0. */
function trailingZeros(value: bigint): number {
  let zeros = 0
  let rest = value
  while ((rest & 0xffffffffn) === 0n) {
    rest >>= 32n
    zeros += 32
  }
  const low = Number(rest & 0xffffffffn)
  return zeros + 31 - Math.clz32(low & -low)
}
