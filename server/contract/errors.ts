/** Every error code that crosses the wire, with its HTTP status. One catalogue: a code is added here or nowhere. */
export const errorCatalogue = {
  'bad-request': 400,
  'bad-json': 400,
  'sign-in-required': 401,
  'wrong-credentials': 401,
  'password-change-required': 403,
  forbidden: 403,
  'cross-site': 403,
  'not-found': 404,
  'already-exists': 409,
  'in-use': 409,
  'too-large': 413,
  'bad-encoding': 415,
  'wrong-host': 421,
  'not-writer': 409,
  'key-refused': 422,
  'import-failed': 422,
  'no-power-control': 409,
  'line-down': 409,
  'break-unsupported': 409,
  'no-prompt': 409,
  'input-rate': 429,
  'too-many-viewers': 429,
  'too-many-consoles': 429,
  'try-later': 429,
  'history-gone': 410,
  'password-gone': 410,
  'no-password': 404,
  'provision-ended': 410,
  'too-costly': 422,
  'wrong-master-key': 500,
  'storage-failed': 507,
  'test-failed': 422,
  'push-failed': 409,
  internal: 500,
} as const

export type ErrorCode = keyof typeof errorCatalogue

/** One mistake in a request or configuration: where it stands and what to change. */
export interface Mistake {
  /** Path of the field, outermost first: `['transport', 'port']`. */
  path: string[]
  message: string
}

/** Why a key is not taken, in words for its owner. They never repeat what was sent. */
export interface Refusal {
  /** One of the reader's: `private-key`, `multiple-keys`, `too-small`, ... */
  code: string
  reason: string
  /** What to do now. */
  remedy: string
}

/** The body of every answer whose status is 400 or above. */
export interface ErrorBody {
  error: {
    code: ErrorCode
    /** What happened, why, and what to do next; fit to show to a person. */
    message: string
    mistakes?: Mistake[]
    /** Why a key is not taken, with `key-refused`. */
    refusal?: Refusal
    /** Seconds to wait, with `try-later`. */
    retryAfter?: number
  }
}
