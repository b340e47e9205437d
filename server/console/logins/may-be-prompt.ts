/** What prompts end with, but for blanks and sequences that shells print behind them. */
const ends =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[#$%>:\])❯➜➤λ.?]\s{0,2}(?:\x1b(?:\[[0-?]{0,24}[ -/]?[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[ -/]?[0-~])\s{0,2}){0,8}$/u
const looked = 256

/** Whether the newest bytes of a console may end in a prompt: a cheap look, which only spares a closer one. */
export function mayBePrompt(tail: Uint8Array): boolean {
  const last = tail[tail.length - 1]
  if (last === undefined || last === 10) return false
  const start = Math.max(0, tail.length - looked)
  return ends.test(Buffer.from(tail.buffer, tail.byteOffset + start, tail.length - start).toString('utf8'))
}
