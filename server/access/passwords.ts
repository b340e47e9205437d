import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { base32 } from '../base/ids.ts'
import { Secret } from '../base/secret.ts'
import { formatPhc, type PasswordCost, type Phc, parsePhc } from './phc.ts'
import { type Lane, Turns } from './turns.ts'

/**
 * The second recommendation of RFC 9106 section 4 (3 passes over 64 MiB), but one lane instead of four: lanes would let one sign-in
 * take several cores from the consoles. About 200 ms of one core of a small virtual machine.
 */
export const standardCost: PasswordCost = { memoryKiB: 64 * 1024, passes: 3, parallelism: 1 }

/**
 * One core stays free for the consoles. Never more than two: each takes 64 MiB, and one of the four threads with which node also
 * writes history. Sixteen wait at most 3.2 s.
 */
const standardTurns = { atOnce: availableParallelism() > 2 ? 2 : 1, waiting: 16 }

/** The key derivation itself: `tagLength` bytes. Tests count its calls. */
export type Derive = (
  password: Buffer,
  salt: Buffer,
  cost: PasswordCost,
  tagLength: number,
) => Promise<Buffer>

/** `outdated`: right, but hashed at another cost than today's, so it should be hashed anew. */
export type Check = 'wrong' | 'right' | 'outdated'

const saltLength = 16
const tagLength = 32

/** Hashes and checks passwords with argon2id (RFC 9106), off the event loop and a few at a time. */
export class Passwords {
  readonly #cost: PasswordCost
  readonly #derive: Derive
  readonly #turns: Turns
  /** No password gives this: it stands in where there is no account, so that both cost the same work. */
  readonly #nobody: Phc

  constructor(options: { cost: PasswordCost; derive?: Derive; turns?: Turns }) {
    this.#cost = options.cost
    this.#derive = options.derive ?? argon2id
    this.#turns = options.turns ?? new Turns(standardTurns)
    this.#nobody = { cost: options.cost, salt: randomBytes(saltLength), tag: randomBytes(tagLength) }
  }

  /** A PHC string. @throws AppError `try-later` */
  async hash(password: Secret, lane: Lane): Promise<string> {
    const salt = randomBytes(saltLength)
    const tag = await this.#turns.run(lane, () => this.#derive(octets(password), salt, this.#cost, tagLength))
    return formatPhc({ cost: this.#cost, salt, tag })
  }

  /**
   * @param stored the account's PHC string; undefined when there is no account.
   * @throws AppError `try-later`
   */
  async check(password: Secret, stored: string | undefined, lane: Lane): Promise<Check> {
    const known = stored === undefined ? undefined : parsePhc(stored)
    const { salt, cost, tag } = known ?? this.#nobody
    const derived = await this.#turns.run(lane, () => this.#derive(octets(password), salt, cost, tag.length))
    if (!timingSafeEqual(derived, tag) || known === undefined) return 'wrong'
    return sameCost(cost, this.#cost) ? 'right' : 'outdated'
  }
}

/** A password of 100 random bits in groups of five, to be typed by a person. */
export function generatePassword(): Secret {
  return new Secret([1, 2, 3, 4].map(() => base32(5)).join('-'))
}

/** The same characters give the same bytes on every keyboard: RFC 8265 section 4.2.2, normalisation form C. */
function octets(password: Secret): Buffer {
  return Buffer.from(password.reveal().normalize('NFC'), 'utf8')
}

function sameCost(a: PasswordCost, b: PasswordCost): boolean {
  return a.memoryKiB === b.memoryKiB && a.passes === b.passes && a.parallelism === b.parallelism
}

export const argon2id: Derive = (message, nonce, { memoryKiB, passes, parallelism }, length) =>
  new Promise((resolve, reject) => {
    const parameters = { message, nonce, memory: memoryKiB, passes, parallelism, tagLength: length }
    argon2('argon2id', parameters, (error, tag) => (error === null ? resolve(tag) : reject(error)))
  })
