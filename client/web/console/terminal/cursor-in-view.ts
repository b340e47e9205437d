import type { Terminal } from '@xterm/xterm'

/**
 * A console larger than the page scrolls within `box`. Who types sees where; who looks at the cursor goes on seeing it. Looked at once for
 * each frame that is drawn, so that a flood costs nothing more. Returns what ends it.
 */
export function keepCursorInView(terminal: Terminal, box: HTMLElement): () => void {
  let inView = true
  let tooLarge = true
  let frame: number | undefined
  const follow = (): void => {
    frame = undefined
    const cursor = terminal.textarea
    if (cursor && tooLarge && inView) cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const soon = (): void => {
    frame ??= requestAnimationFrame(follow)
  }
  const looked = (): void => {
    inView = isWithin(box, terminal.textarea)
  }
  // Asked for only when sizes change: each answer makes the browser lay out the page.
  const sizes = new ResizeObserver(() => {
    tooLarge = overflows(box)
    if (tooLarge) soon()
  })
  for (const sized of [box, terminal.element]) if (sized) sizes.observe(sized)
  const moved = terminal.onCursorMove(soon)
  const typed = terminal.onData(() => {
    inView = true
    soon()
  })
  box.addEventListener('scroll', looked)
  return () => {
    moved.dispose()
    typed.dispose()
    sizes.disconnect()
    box.removeEventListener('scroll', looked)
    if (frame !== undefined) cancelAnimationFrame(frame)
  }
}

function overflows(box: HTMLElement): boolean {
  return box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth
}

function isWithin(box: HTMLElement, cursor: HTMLElement | undefined): boolean {
  if (!cursor) return false
  const around = box.getBoundingClientRect()
  const { left, top, bottom } = cursor.getBoundingClientRect()
  return left >= around.left && left <= around.right && top >= around.top && bottom <= around.bottom + 1
}
