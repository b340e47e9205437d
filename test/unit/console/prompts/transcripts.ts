import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import headless from '@xterm/headless'
import type { ScreenView } from '../../../../server/console/screen/screen.ts'

/** What a device printed, and what then waits at the cursor. */
export interface Transcript {
  name: string
  /** Matched as part of the prompt. */
  expect: Record<string, unknown>
  bytes: Buffer
}

const folder = join(import.meta.dirname, 'transcripts')
/** Control characters are shown in the files by their pictures; a line's end is a line's end. */
const pictures: Record<string, string> = {
  '␛': '\x1b',
  '␍': '\r',
  '␈': '\b',
  '␇': '\x07',
  '␎': '\x0e',
  '␏': '\x0f',
  '␀': '\0',
}
export const size = { rows: 24, cols: 80 }

export function transcripts(): Transcript[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => {
      const content = readFileSync(join(folder, file), 'utf8')
      const cut = content.indexOf('\n---\n')
      const text = content.slice(cut + 5, -1).replace(/[␛␍␈␇␎␏␀]/g, (picture) => pictures[picture] ?? '')
      return {
        name: file.replace('.txt', ''),
        expect: JSON.parse(content.slice('expect: '.length, cut)),
        bytes: Buffer.from(text),
      }
    })
}

/** The screen after these bytes, as a terminal emulator has it. */
export async function emulated(bytes: Uint8Array): Promise<ScreenView> {
  const terminal = new headless.Terminal({ ...size, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(bytes, resolve))
  const { active } = terminal.buffer
  const rows = Array.from({ length: size.rows }, (_, row) => {
    return (
      active
        .getLine(active.baseY + row)
        ?.translateToString(true)
        .trimEnd() ?? ''
    )
  })
  const view: ScreenView = {
    size,
    rows,
    cursor: { row: active.cursorY, col: active.cursorX },
    alternate: active.type === 'alternate',
    offset: bytes.length,
  }
  terminal.dispose()
  return view
}
