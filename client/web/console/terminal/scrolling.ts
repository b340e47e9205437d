import type { Terminal } from '@xterm/xterm'

export interface ScrollEvents {
  /** The newest line is out of sight below, or is in sight again. */
  onScrolledBack?(back: boolean): void
  /** What is shown begins with the oldest line that is held here, and somebody looks for more. */
  onTop?(top: boolean): void
}

/** Tells when either end of the scrollback is reached. Returns what a turn of the wheel is to be told to. */
export function watchScrolling(terminal: Terminal, events: ScrollEvents): (deltaY: number) => void {
  let wasBack = false
  let wasTop = false
  // Where nothing has scrolled away yet there is no way up to go, but somebody may look for more all the same.
  let turnedUp = false
  const look = () => {
    const { viewportY, baseY, type } = terminal.buffer.active
    const back = viewportY < baseY
    const top = type === 'normal' && viewportY === 0 && (baseY > 0 || turnedUp)
    if (back !== wasBack) events.onScrolledBack?.(back)
    if (top !== wasTop) events.onTop?.(top)
    wasBack = back
    wasTop = top
  }
  const turned = (deltaY: number) => {
    turnedUp = deltaY < 0
    look()
  }
  // Not at each line that scrolls away: what is drawn of a flood is a line in thousands.
  terminal.onRender(look)
  terminal.onData(() => turned(0))
  terminal.buffer.onBufferChange(look)
  return turned
}
