import type { Terminal } from '@xterm/xterm'
import { beforeEach, expect, it, vi } from 'vitest'
import { keepCursorInView } from '../../../client/web/console/terminal/cursor-in-view.ts'

let frames: (() => void)[]
let page: ReturnType<typeof openPage>

beforeEach(() => {
  frames = []
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
    },
  )
  page = openPage()
  return () => vi.unstubAllGlobals()
})

it('follows a cursor that leaves the box', () => {
  page.moveCursor(500)
  page.frame()
  expect(page.cursorIsSeen()).toBe(true)
})

it('goes on following a cursor that has moved again before the page heard of the scrolling', () => {
  page.moveCursor(500)
  page.frame()
  page.moveCursor(900)
  page.frame()
  expect(page.cursorIsSeen()).toBe(true)
})

it('leaves alone who looks elsewhere, until they type', () => {
  page.moveCursor(500)
  page.frame()
  page.frame()
  page.scroll(0)
  page.frame()
  page.moveCursor(510)
  page.frame()
  expect(page.cursorIsSeen()).toBe(false)
  page.type()
  page.frame()
  expect(page.cursorIsSeen()).toBe(true)
})

it('follows again who scrolls back to the cursor', () => {
  page.moveCursor(500)
  page.frame()
  page.frame()
  page.scroll(0)
  page.frame()
  page.scroll(450)
  page.frame()
  page.moveCursor(700)
  page.frame()
  expect(page.cursorIsSeen()).toBe(true)
})

/** A box of 100 px in a terminal of 1000, as high as wide, with a cursor of 10 px. Scroll events come with the next frame, as in browsers. */
function openPage() {
  const listeners = { moved: () => {}, typed: () => {}, scrolled: () => {} }
  let top = 0
  let cursor = 0
  let scrolled = false
  const scroll = (to: number) => {
    scrolled ||= to !== top
    top = to
  }
  const box = {
    get scrollTop() {
      return top
    },
    scrollLeft: 0,
    clientHeight: 100,
    clientWidth: 1000,
    scrollHeight: 1000,
    scrollWidth: 1000,
    getBoundingClientRect: () => ({ left: 0, right: 1000, top: 0, bottom: 100 }),
    addEventListener: (_: string, listener: () => void) => {
      listeners.scrolled = listener
    },
  }
  const textarea = {
    getBoundingClientRect: () => ({ left: 0, top: cursor - top, bottom: cursor - top + 10 }),
    scrollIntoView: () => {
      if (cursor < top) scroll(cursor)
      if (cursor + 10 > top + 100) scroll(cursor + 10 - 100)
    },
  }
  const terminal = {
    textarea,
    onCursorMove: (listener: () => void) => {
      listeners.moved = listener
    },
    onData: (listener: () => void) => {
      listeners.typed = listener
    },
  }
  keepCursorInView(terminal as unknown as Terminal, box as unknown as HTMLElement)
  return {
    scroll,
    moveCursor(to: number) {
      cursor = to
      listeners.moved()
    },
    type: () => listeners.typed(),
    frame() {
      if (scrolled) {
        scrolled = false
        listeners.scrolled()
      }
      for (const run of frames.splice(0)) run()
    },
    cursorIsSeen: () => cursor >= top && cursor + 10 <= top + 100,
  }
}
