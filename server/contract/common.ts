import { z } from 'zod'
import { limits } from './limits.ts'

/** Milliseconds since the epoch, as the gateway's wall clock said. */
export const timestamp = z.number().int().nonnegative()

/** An identifier made by the gateway: a kind, an underscore, 20 base32 characters (100 bits). */
export const id = z.string().regex(/^[a-z]+_[a-z2-7]{20}$/, 'is not an identifier that this gateway gives')

/**
 * Absolute position in a console's history: the number of bytes printed before it.
 * Safe integers reach 2^53, which at 1 GB/s is 104 days of flood and at 115200 baud 24,000 years.
 */
export const offset = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)

/** A whole number in a query, in decimal digits. */
export const digits = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a whole number')
  .transform(Number)

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$/u, 'must look like name@example.org')

/** Control characters have no place in names that are shown in lists and logs, nor has what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const printable = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Bidi_Control}]*$/u

export const label = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(limits.nameMaxLength)
  .regex(printable, 'must not contain control characters')

export const text = z.string().trim().max(limits.textMaxLength)

export const reason = z
  .string()
  .trim()
  .min(1, 'say why: the reason is kept in the audit')
  .max(limits.reasonMaxLength)
  .regex(printable, 'must not contain control characters')

export const newPassword = z
  .string()
  .min(limits.passwordMinLength, `must have at least ${limits.passwordMinLength} characters`)
  .max(limits.passwordMaxLength)
