import { useMemo, useState } from 'react'
import { readFile } from './read-file.ts'
import { type Found, type ReadText, readText } from './read-text.ts'

/** What there is to say about the last paste or file, beside its keys. */
export type Note =
  | { kind: 'private'; reason: string; remedy: string }
  | { kind: 'ppk' }
  | { kind: 'unreadable'; why: string }

export interface KeyText {
  text: string
  note: Note | null
  found: Found[]
  change: (text: string) => void
  drop: (files: File[]) => Promise<void>
}

/** The text in which keys are looked for. A private key never stays in it. */
export function useKeyText(initial: string): KeyText {
  const [text, setText] = useState(initial)
  const [note, setNote] = useState<Note | null>(null)
  const found = useMemo(() => keysOf(readText(text)), [text])

  function take(reads: ReadText[]): void {
    setNote(noteOf(reads))
    setText(
      reads
        .map(publicText)
        .filter((kept) => kept !== '')
        .join('\n'),
    )
  }

  async function drop(files: File[]): Promise<void> {
    const reads: ReadText[] = []
    for (const file of files) {
      const read = await readFile(file)
      if (!read.ok) return setNote({ kind: 'unreadable', why: read.why })
      reads.push(readText(read.bytes))
    }
    take(reads)
  }
  return { text, note, found, change: (given) => take([readText(given)]), drop }
}

/** What stays of it in the field. */
function publicText(read: ReadText): string {
  if (read.state === 'private') return ''
  return read.state === 'ppk' ? read.line : read.text
}

/** The worst of what there is to say. */
function noteOf(reads: ReadText[]): Note | null {
  const secret = reads.find((read) => read.state === 'private')
  if (secret?.state === 'private') return { kind: 'private', reason: secret.reason, remedy: secret.remedy }
  return reads.some(({ state }) => state === 'ppk') ? { kind: 'ppk' } : null
}

function keysOf(read: ReadText): Found[] {
  return read.state === 'keys' ? read.found : []
}
