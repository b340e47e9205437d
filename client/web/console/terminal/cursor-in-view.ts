import type { Terminal } from '@xterm/xterm'

/**
 * A console larger than the page scrolls within `box`. Who types sees where; who looks at the cursor goes on seeing it. Looked at once for
 * each frame that is drawn, so that a flood costs nothing more. Returns what ends it.
 */
export function keepCursorInView(terminal: Terminal, box: HTMLElement): () => void {
  let inView = true
  let tooLarge = true
  let frame: number | undefined
  let left = placeOf(box)
  const follow = (): void => {
    frame = undefined
    const cursor = terminal.textarea
    if (!cursor || !tooLarge || !inView) return
    cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    left = placeOf(box)
  }
  const soon = (): void => {
    frame ??= requestAnimationFrame(follow)
  }
  // The event comes a frame after the scrolling, when the cursor may be elsewhere already: ours says nothing about where somebody looks.
  const looked = (): void => {
    const place = placeOf(box)
    if (place === left) return
    left = place
    inView = isWithin(box, terminal.textarea)
  }
  // Asked for only when sizes change: each answer makes the browser lay out the page.
  const sizes = new ResizeObserver(() => {
    tooLarge = overflows(box)
    left = placeOf(box)
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

function placeOf({ scrollLeft, scrollTop }: HTMLElement): string {
  return `${scrollLeft} ${scrollTop}`
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
