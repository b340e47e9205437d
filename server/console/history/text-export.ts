import type { Gap } from '../../contract/console.ts'
import { gapWords } from './gap-words.ts'
import { longestLine } from './search-span.ts'
import { textLine } from './text-line.ts'

/** Turns what a console printed into lines of plain text. A line that is too long is cut. */
export class TextExport {
  #rest: Buffer = Buffer.alloc(0)

  bytes(chunk: Uint8Array): string {
    const all = Buffer.concat([this.#rest, chunk])
    const lines: string[] = []
    let from = 0
    for (let to = all.indexOf(lf); to >= 0; to = all.indexOf(lf, from)) {
      lines.push(textLine(all.subarray(from, to)))
      from = to + 1
    }
    while (all.length - from > longestLine) {
      lines.push(textLine(all.subarray(from, from + longestLine)))
      from += longestLine
    }
    this.#rest = all.subarray(from)
    return lines.map((line) => `${line}\n`).join('')
  }

  gap(gap: Gap): string {
    return `${this.end()}[${gapWords(gap)}]\n`
  }

  /** What is left of the last line. */
  end(): string {
    const line = textLine(this.#rest)
    this.#rest = Buffer.alloc(0)
    return line === '' ? '' : `${line}\n`
  }
}

const lf = 0x0a
