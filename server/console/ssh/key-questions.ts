import ssh2, { type ParsedKey } from 'ssh2'

export interface KeyQuestion {
  /** The name with which the key begins: `ssh-ed25519`. */
  type: string
  /** The key in the form of RFC 4253 section 6.6. */
  blob: Uint8Array
}

/**
 * Asks whether keys would be taken, without holding their private halves: a request without a signature, which the server answers with
 * SSH_MSG_USERAUTH_PK_OK (RFC 4252 section 7). Being asked to sign then is the proof that it did; nothing is ever signed.
 */
export class KeyQuestions {
  readonly accepted = new Set<KeyQuestion>()
  readonly #questions: readonly KeyQuestion[]
  #put = 0

  constructor(questions: readonly KeyQuestion[]) {
    this.#questions = questions
  }

  /** How many were put. When the connection ended early, the last of them has no answer. */
  get put(): number {
    return this.#put
  }

  next(): ParsedKey | undefined {
    const question = this.#questions[this.#put]
    if (question === undefined) return undefined
    this.#put += 1
    return Object.assign(Object.create(template), {
      type: question.type,
      getPublicSSH: () => Buffer.from(question.blob),
      isPrivateKey: () => true,
      sign: () => {
        this.accepted.add(question)
        // The library takes an Error for "cannot", and goes on with the next key.
        return new Error('Nothing is signed: the question was whether it would be.')
      },
    })
  }
}

/** The library takes only keys that it has read itself, and knows fewer types than servers do. This one is nobody's. */
const template = ssh2.utils.parseKey(`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`)
