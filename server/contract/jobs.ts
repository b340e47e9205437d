import { z } from 'zod'
import { id, timestamp } from './common.ts'
import { limits } from './limits.ts'

const span = z.object({ from: z.number().int(), to: z.number().int() })
/** Bytes from `from` up to, not including, `to`. */
export type Span = z.infer<typeof span>

/** Something long that is typed on a console for somebody: shown to everybody attached, one at a time. Never what it types. */
export const job = z.object({
  id,
  kind: z.enum(['paste', 'file', 'login-check', 'push', 'set-password', 'recovery']),
  /** Who started it, and the viewer under which it types. */
  userId: id,
  name: z.string(),
  viewerId: z.string(),
  startedAt: timestamp,
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** Bytes of the text or the file; 0 for what has no bytes to count. */
  total: z.number().int(),
  /** Bytes of it that have arrived: confirmed by the far end, or typed where it confirms nothing. */
  done: z.number().int(),
  /** Whether what is typed is seen to arrive, by its echo or by a checksum; null while that is not known. */
  verified: z.boolean().nullable(),
  /** What did not arrive, was damaged or was never typed, as positions in the text's UTF-8 or in the file. Empty while it runs. */
  missing: z.array(span),
  /** Estimate, seconds; null when it has ended, or nobody can say. */
  secondsLeft: z.number().nullable(),
  /** What it is doing, or how it ended and what to do next; fit to show to a person. */
  message: z.string(),
})
export type Job = z.infer<typeof job>

export const pasteInput = z.object({
  /** Line ends are typed as Enter. Other control characters than tab are refused: they would be keys, not text. */
  text: z
    .string()
    .min(1, 'is empty: there is nothing to paste')
    .refine(
      (text) => utf8Bytes(text) <= limits.pasteBytes,
      `is more than ${limits.pasteBytes} bytes: paste it in parts, or send it as a file`,
    )
    .refine(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
      (text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text),
      'has control characters in it: take them out, or type them as keys',
    ),
  /** The program at the far end asked for bracketed paste (DECSET 2004): the text goes between its brackets. */
  bracketed: z.boolean().default(false),
})

/** Has the operator log in with a password, and out again: does it still open the device? */
export const loginCheckInput = z.object({
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_.-]{0,31}$/, 'must be the name of a Unix user, like root')
    .default('root'),
  /** In clear, or root's that the vault keeps, which is told to nobody. */
  password: z.union([
    z
      .string()
      .min(1, 'is empty: what is not there cannot be checked')
      .max(256)
      .regex(/^\P{Cc}*$/u, 'has control characters in it: they would be keys, not letters'),
    z.object({ from: z.literal('vault') }),
  ]),
})
export type LoginCheckInput = z.input<typeof loginCheckInput>

/** Query of `paths.files`; the body is the file. */
export const fileQuery = z.object({
  path: z
    .string()
    .max(1024)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^\/[^\u0000-\u001f\u007f]*[^\u0000-\u001f\u007f/]$/, 'must be the absolute path of a file'),
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'must be three octal digits, like 644')
    .default('644'),
  /** Replace a file that is there. */
  overwrite: z.literal('1').optional(),
})

/** SHA-256 of what was sent, in hex: for whoever sent it only, since it may tell a secret to those who can guess it. */
export const sentFile = z.object({ job, sha256: z.string() })
export type SentFile = z.infer<typeof sentFile>

/** Bytes of a text in UTF-8 (RFC 3629 section 3); half of a surrogate pair counts as the U+FFFD that it becomes. */
function utf8Bytes(text: string): number {
  let bytes = 0
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
