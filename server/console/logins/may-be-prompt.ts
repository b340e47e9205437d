/** What prompts end with, but for blanks and sequences that shells print behind them. */
const ends =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[#$%>:\])❯➜➤λ.?]\s{0,2}(?:\x1b(?:\[[0-?]{0,24}[ -/]?[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[ -/]?[0-~])\s{0,2}){0,8}$/u
/** As much of what a console printed last is looked at. */
export const promptBytes = 256
/** What the pattern needs where no sequence stands: one character and two blanks, each at most four bytes long. */
const lookedPlain = 12
const blanks = 2
const plainEnds: ReadonlySet<number> = new Set(Buffer.from('#$%>:]).?'))

/** Whether the newest bytes of a console may end in a prompt: a cheap look, which only spares a closer one. */
export function mayBePrompt(tail: Uint8Array): boolean {
  const last = tail[tail.length - 1]
  if (last === undefined || last === 10) return false
  const near = tail.length > promptBytes ? tail.subarray(-promptBytes) : tail
  const plain = !near.includes(0x1b)
  if (plain && !mayEndPlain(near)) return false
  const end = plain ? near.subarray(-lookedPlain) : near
  return ends.test(Buffer.from(end.buffer, end.byteOffset, end.length).toString('utf8'))
}

/** Nearly all output ends in a letter, which its bytes tell without a text made of them. */
function mayEndPlain(bytes: Uint8Array): boolean {
  let at = bytes.length - 1
  while (at > bytes.length - 1 - blanks && isBlank(bytes[at])) at -= 1
  const last = bytes[at]
  return last !== undefined && (last >= 0x80 || plainEnds.has(last))
}

/** ASCII's part of what `\s` stands for. */
const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)
