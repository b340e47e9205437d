/**
 * usage: node flood-program.ts BYTES
 *
 * A device in a terminal: at each key it prints so many bytes of the pattern, from where it stopped before.
 */
import { writeSync } from 'node:fs'
import { printedAt } from './pattern.ts'

const bytes = Number(process.argv[2])
let printed = 0
process.stdin.on('data', () => {
  const end = printed + bytes
  while (printed < end) printed += writeSync(1, printedAt(printed, Math.min(64 * 1024, end - printed)))
})
