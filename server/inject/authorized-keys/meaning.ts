/** What one line of authorized_keys means to a server. Texts have one character for each byte (latin1). */
export type LineMeaning =
  /** Blank, or a comment. */
  | { kind: 'nothing' }
  /** Lets its key in, as far as the options allow. `rest` is the comment. */
  | { kind: 'key'; blob: Uint8Array; options: KeyOptions | undefined; rest: string }
  /** Names a key, but its options make the server refuse the line. */
  | { kind: 'refused'; blob: Uint8Array; options: string; why: string; rest: string }
  /** The server finds no key in it. */
  | { kind: 'dead'; why: string }

export interface KeyOptions {
  text: string
  /** `cert-authority`: the key signs certificates, and may not log in itself. */
  authority: boolean
  /** When it ceases to let in, in ms, if the options say so. */
  expires: number | undefined
}
