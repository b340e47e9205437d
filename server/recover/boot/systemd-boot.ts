import { additionTo, type EditorLine, type Loader, namesSerial, rescueOptions, words } from './loader.ts'
import type { BootView } from './step.ts'

/** Letters that its editor shows at once on a console of 80 columns (src/boot/efi/boot.c, line_edit). */
const window = 77
/** What is said to the kernel, told from whatever else may stand in the last row. */
const option = /(?:^|\s)(?:root|rootflags|initrd|init|console|ro|rw|quiet|splash|systemd\.\S+)(?:=|\s|$)/

/**
 * systemd-boot on the serial console of its firmware: `e` shows the options of the chosen entry in one row, which moves along under the
 * cursor; Enter boots it once as it stands there, Esc forgets it. Its console may have more rows than the screen, and all of them are
 * then drawn in the last.
 */
export const systemdBoot: Loader = {
  menu: 'systemd-boot',
  edits({ heard, view }) {
    const text = options(view)?.text ?? ''
    return option.test(text) && heard.includes(text.slice(0, window))
  },
  refuses: (heard) => (/does not support editing the command line/.test(heard) ? 'no-editor' : undefined),
  refusal: () => undefined,
  submenus: undefined,
  line: options,
  // Where its beginning is out of sight, the console that it names may be too: that is kept.
  addition: (line) => (line.length < window || namesSerial(line) ? additionTo(line) : ` ${rescueOptions}`),
  stands: (shown, { wanted, added }) =>
    added.length <= window && words(shown) === words(wanted.slice(-window)),
  keys: {
    edit: 'e',
    enter: '\r',
    down: undefined,
    end: '\x1b[F',
    boot: '\r',
    escape: '\x1b',
    leave: ['\x1b', '\r'],
  },
}

/** Behind a blank, as far as it is in sight. It is there to its end when the cursor stands behind it. */
function options({ rows, cursor }: BootView): EditorLine | undefined {
  const row = rows[cursor.row] ?? ''
  const text = row.slice(1).trimEnd()
  if (!row.startsWith(' ') || text === '') return undefined
  return { text, first: cursor.row, last: cursor.row, whole: cursor.col >= text.length + 2 }
}
