import type { TerminalView } from '../console/terminal.ts'

/** In px. Smaller than one reads, since a wall is looked at for what changes; the console itself is one press away. */
const sizes = { least: 3, most: 14 }

/** Sets the font by which all columns fit the width of the tile; its height follows. */
export function fitTile(terminal: TerminalView, box: HTMLElement): void {
  const width = () => box.querySelector('.xterm-screen')?.getBoundingClientRect().width ?? 0
  const room = box.clientWidth
  const probe = 10
  terminal.setFont(probe)
  if (room === 0 || width() === 0) return
  let size = Math.min(sizes.most, Math.max(sizes.least, Math.floor((probe * room * 4) / width()) / 4))
  terminal.setFont(size)
  // A cell is a whole number of pixels of the screen, so that the aim may be missed by some.
  while (size > sizes.least && width() > room) {
    size -= 0.25
    terminal.setFont(size)
  }
}
