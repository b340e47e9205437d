import type { Page } from '@playwright/test'

/** Times are the page's own, ms. */
export interface Noted {
  /** When the bell was drawn. */
  rang: number[]
  /** When the prompt `quiet #` stood on the screen. */
  quietAt: number
  typedAt: number
  /** Bytes that came since then, or since the page began. */
  cameAfter: number
  firstAt: number
}

/** In the page: notes when the device's bell was drawn, which is after everything before it, and what came in and was typed. */
export function watchPage(): void {
  const noted = { rang: [] as number[], quietAt: 0, typedAt: 0, cameAfter: 0, firstAt: 0 }
  Object.assign(window, { noted })
  // What comes and goes passes through the ports of the thread that has the page's sockets.
  MessagePort.prototype.postMessage = new Proxy(MessagePort.prototype.postMessage, {
    apply(send, port, said) {
      if (said[0] instanceof Uint8Array) {
        if (!noted.typedAt) requestAnimationFrame(look)
        noted.typedAt = performance.now()
        noted.cameAfter = 0
      }
      return Reflect.apply(send, port, said)
    },
  })
  const listen = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage')
  Object.defineProperty(MessagePort.prototype, 'onmessage', {
    set(handler: (event: MessageEvent) => void) {
      listen?.set?.call(this, (event: MessageEvent) => {
        if (event.data instanceof ArrayBuffer) {
          noted.firstAt ||= performance.now()
          noted.cameAfter += event.data.byteLength
        }
        handler.call(this, event)
      })
    },
  })
  const look = () => {
    // What xterm.js draws without WebGL is text, with blanks that do not break. Looking costs the page time.
    if (/quiet\s#/.test(document.body.textContent)) noted.quietAt = performance.now()
    else requestAnimationFrame(look)
  }
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target instanceof HTMLElement && target.dataset.ringing !== undefined)
        requestAnimationFrame(() => noted.rang.push(performance.now()))
    }
  }).observe(document, { attributes: true, attributeFilter: ['data-ringing'], subtree: true })
}

export function notedOn(page: Page): Promise<Noted> {
  return page.evaluate(() => (window as unknown as { noted: Noted }).noted)
}
