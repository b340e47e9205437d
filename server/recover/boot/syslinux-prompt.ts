import { type EditorLine, type Loader, rescueOptions, standsWhole } from './loader.ts'
import type { BootView } from './step.ts'

/**
 * The `boot:` prompt of SYSLINUX, EXTLINUX, ISOLINUX and PXELINUX: Tab lists the labels and keeps it waiting; a label with options
 * after it boots that once. It shows no label's own line: the console that this has is kept.
 */
export const syslinuxPrompt: Loader = {
  menu: 'syslinux',
  edits: ({ prompt, heard }) =>
    prompt.kind === 'boot-loader' && prompt.loader === 'syslinux' && heard.includes('boot:'),
  refuses: () => undefined,
  refusal: (view) => (onlyLabel(view) === undefined ? 'which-label' : undefined),
  submenus: undefined,
  line: typedLine,
  addition: (_, view) => `${onlyLabel(view) ?? ''} ${rescueOptions}`,
  stands: standsWhole,
  keys: {
    edit: '\t',
    enter: '\r',
    down: undefined,
    end: '',
    boot: '\r',
    escape: '\x15',
    leave: ['\x15', '\r'],
  },
}

const prompt = /^boot: ?/

function typedLine({ rows, cursor, size }: BootView): EditorLine | undefined {
  const first = promptAbove(rows, cursor.row)
  if (first < 0) return undefined
  const shown = rows.slice(first, cursor.row + 1).map((row) => row.padEnd(size.cols))
  const text = shown.join('').replace(prompt, '').trimEnd()
  return { text, first, last: cursor.row, whole: true }
}

/**
 * Between the prompt that got Tab and the one that came of it. Where there are several, any but the one that the machine starts by
 * itself may be an installer: none is chosen.
 */
function onlyLabel({ rows, cursor }: BootView): string | undefined {
  const asks = promptAbove(rows, cursor.row)
  const asked = promptAbove(rows, asks - 1)
  const labels = rows
    .slice(asked + 1, asks)
    .join(' ')
    .trim()
    .split(/\s+/)
  const [label = ''] = labels
  return asked >= 0 && labels.length === 1 && /^[\w.+-]{1,40}$/.test(label) ? label : undefined
}

const promptAbove = (rows: string[], from: number): number =>
  rows.findLastIndex((row, at) => at <= from && prompt.test(row))
