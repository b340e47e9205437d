import type { ScreenView } from '../../console/screen/screen.ts'
import type { EditorLine } from './loader.ts'

/** What stands between the frame's sides, drawn with ASCII or with line characters. */
const inner = /^\s*[|│](.*)[|│]/

/**
 * The lines that GRUB's editor shows (grub-core/normal/menu_entry.c): a row that ends with a backslash before the frame's side goes on
 * in the next. Tabs are shown as blanks.
 */
export function editorLines({ rows }: Pick<ScreenView, 'rows'>): EditorLine[] {
  const lines: EditorLine[] = []
  let going: EditorLine | undefined
  for (const [at, row] of rows.entries()) {
    const inside = inner.exec(row)?.[1]
    if (inside === undefined) {
      going = undefined
      continue
    }
    const wrapped = inside.endsWith('\\')
    const text = wrapped ? inside.slice(0, -1) : inside
    if (going === undefined) {
      going = { text, first: at, last: at, whole: false }
      lines.push(going)
    } else {
      going.text += text
      going.last = at
    }
    if (!wrapped) {
      going.text = going.text.trimEnd()
      going.whole = true
      going = undefined
    }
  }
  return lines
}

/** Whether the entry is a submenu, whose lines are the entries in it. */
export function showsSubmenu(view: Pick<ScreenView, 'rows'>): boolean {
  return editorLines(view).some(({ text }) => /^\s*(?:menuentry|submenu)\s/.test(text))
}

/** The line that loads Linux: `linux`, `linux16` or `linuxefi` (GRUB manual, 16.3). */
export function linuxLine(view: Pick<ScreenView, 'rows'>): EditorLine | undefined {
  return editorLines(view).find(({ text }) => /^\s*linux(?:16|efi)?\s/.test(text))
}
