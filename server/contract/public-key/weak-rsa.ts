import { weak } from './refusals.ts'

/**
 * ROCA (CVE-2017-15361): Infineon's chips made primes of the form k*M + 65537^a mod M, with M the product of the first
 * primes, so a modulus of theirs is a power of 65537 modulo each of them. By chance one in 2^27 other keys is as well.
 */
const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]
const product = primes.reduce((all, prime) => all * BigInt(prime), 1n)
const powers = primes.map((prime) => ({ prime, powers: powersOf(65_537, prime) }))

/** A refusal, if anybody can find the private key of this modulus. */
export function weakModulus(modulus: bigint) {
  // One division by the product, then small ones.
  const rest = modulus % product
  const rests = powers.map(({ prime, powers }) => ({ rest: Number(rest % BigInt(prime)), powers }))
  if (rests.some(({ rest }) => rest === 0)) {
    return weak(
      'The RSA key is worthless: its modulus has a small factor, so anybody can compute the private key.',
    )
  }
  if (rests.every(({ rest, powers }) => powers.has(rest))) {
    return weak(
      'The RSA key was made by a faulty chip (ROCA, CVE-2017-15361): its private key can be computed from the public one.',
    )
  }
  return undefined
}

function powersOf(base: number, prime: number): Set<number> {
  const seen = new Set<number>()
  for (let power = 1; !seen.has(power); power = (power * base) % prime) seen.add(power)
  return seen
}
