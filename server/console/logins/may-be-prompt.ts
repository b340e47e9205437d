/** What prompts end with, but for blanks and sequences that shells print behind them. */
const ends =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[#$%>:\])❯➜➤λ.?]\s{0,2}(?:\x1b(?:\[[0-?]{0,24}[ -/]?[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[ -/]?[0-~])\s{0,2}){0,8}$/u
/** As much of what a console printed last is looked at. */
export const promptBytes = 256
/** What the pattern needs where no sequence stands: one character and two blanks, each at most four bytes long. */
const lookedPlain = 12

/** Whether the newest bytes of a console may end in a prompt: a cheap look, which only spares a closer one. */
export function mayBePrompt(tail: Uint8Array): boolean {
  const last = tail[tail.length - 1]
  if (last === undefined || last === 10) return false
  const near = tail.subarray(-promptBytes)
  const end = near.includes(0x1b) ? near : near.subarray(-lookedPlain)
  return ends.test(Buffer.from(end.buffer, end.byteOffset, end.length).toString('utf8'))
}
