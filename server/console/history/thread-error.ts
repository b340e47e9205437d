/** What a thread says of an error: an error itself would lose its code on the way. */
export interface ErrorWords {
  code: string
  message: string
}

export function wordsOf(error: unknown): ErrorWords {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return { code, message: error instanceof Error ? error.message : String(error) }
}

export function errorOf({ code, message }: ErrorWords): Error {
  return Object.assign(new Error(message), { code })
}
