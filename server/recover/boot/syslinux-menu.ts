import { additionTo, type EditorLine, type Loader, standsWhole } from './loader.ts'
import type { BootView } from './step.ts'

/**
 * The simple menu of SYSLINUX, EXTLINUX, ISOLINUX and PXELINUX (com32/menu/menumain.c): Tab shows the command line of the chosen entry
 * under the frame, Enter boots it once as it stands there, Esc forgets it.
 */
export const syslinuxMenu: Loader = {
  menu: 'syslinux-menu',
  edits: ({ prompt }) => prompt.kind === 'boot-loader' && prompt.loader === 'syslinux-edit',
  refuses: (heard) => (/Password required/.test(heard) ? 'loader-password' : undefined),
  refusal: () => undefined,
  submenus: undefined,
  line: (view) => {
    const line = commandLine(view)
    return line !== undefined && loadsLinux(line.text) ? line : undefined
  },
  addition: additionTo,
  stands: standsWhole,
  keys: {
    edit: '\t',
    enter: '\r',
    down: undefined,
    end: '\x05',
    boot: '\r',
    escape: '\x1b',
    leave: ['\x1b', '\r'],
  },
}

/** Drawn twice from a fixed row, so that one which reaches the last row may have scrolled in between: it is not known to be whole. */
function commandLine({ rows, cursor, size }: BootView): EditorLine | undefined {
  const first = rows.findLastIndex((row, at) => at <= cursor.row && row.startsWith('> '))
  if (first < 0) return undefined
  const shown = rows.slice(first, cursor.row + 1).map((row) => row.padEnd(size.cols))
  const text = shown.join('').slice(2).trimEnd()
  return { text, first, last: cursor.row, whole: cursor.row < size.rows - 1 }
}

/** Other kinds of image have their kind in front (`.com32 chain.c32`) or at the end of their name (syslinux.cfg(5)). */
const loadsLinux = (text: string): boolean =>
  /^\.linux \S/.test(text) ||
  (/^[^.\s]\S*/.test(text) && !/^\S+\.(?:c32|com|cbt|img|bin|bss?|0)(?:\s|$)/i.test(text))
