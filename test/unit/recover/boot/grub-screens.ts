const title = '                       GNU GRUB  version 2.06-13+deb12u2'
const edge = ' +----------------------------------------------------------------------------+'
const row = (text: string, end = '|') => ` |${text.padEnd(76)}${end}`

/** What GRUB 2.06 shows of an entry on a serial terminal of 80 by 24, with this line that loads Linux. */
export function editorScreen(
  linux: string,
  cursorLine = 0,
): { rows: string[]; cursor: { row: number; col: number } } {
  const lines = [
    "setparams 'Debian GNU/Linux'",
    '',
    '        insmod ext2',
    linux,
    '        initrd        /boot/initrd.img',
  ]
  const rows = ['', title, '', edge]
  const starts: number[] = []
  for (const line of lines) {
    starts.push(rows.length)
    let rest = line
    for (; rest.length > 76; rest = rest.slice(75)) rows.push(row(`${rest.slice(0, 75)}\\`))
    rows.push(row(rest))
  }
  while (rows.length < 17) rows.push(row(''))
  rows.push(edge, '', '      Minimum Emacs-like screen editing is supported. TAB lists', '', '', '')
  return { rows, cursor: { row: starts[cursorLine] ?? 4, col: 2 } }
}

export const menuScreen = {
  rows: [
    '',
    title,
    '',
    edge,
    row('*Debian GNU/Linux'),
    row(' Advanced options for Debian GNU/Linux'),
    edge,
    '',
    '      Use the ^ and v keys to select which entry is highlighted.',
    '   The highlighted entry will be executed automatically in 1s.',
  ],
  cursor: { row: 4, col: 77 },
}

/** A submenu says how to leave it, in one line more. */
export const submenuScreen = {
  rows: [
    '',
    title,
    '',
    edge,
    row('*Debian GNU/Linux, with Linux 6.1.0'),
    edge,
    '',
    '      Use the ^ and v keys to select which entry is highlighted.',
    "      Press enter to boot the selected OS, `e' to edit the commands",
    "      before booting or `c' for a command-line. ESC to return",
    '      previous menu.',
  ],
  cursor: { row: 4, col: 77 },
}
