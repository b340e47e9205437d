import { WebglAddon } from '@xterm/addon-webgl'
import type { Terminal } from '@xterm/xterm'
import classes from '../terminal.module.css'

/** On the graphics card where there is one; xterm's own way of drawing is what remains when it is lost. */
export function drawFast(terminal: Terminal): void {
  if (!hasGraphicsCard()) return
  try {
    const webgl = new WebglAddon()
    webgl.onContextLoss(() => webgl.dispose())
    terminal.loadAddon(webgl)
  } catch {
    // No WebGL here. The DOM draws well enough for a serial line.
  }
}

/** Processors that stand in for a card, in Chromium, Mesa and Windows. */
const standIns = /swiftshader|llvmpipe|softpipe|software|basic render/i

/** Where a processor would do the card's work (virtual machines, remote desktops) it has less left for parsing what comes. */
function hasGraphicsCard(): boolean {
  const context = document
    .createElement('canvas')
    .getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  if (!context) return false
  // Chromium knows no caveat of its own stand-in. Where the name is kept from pages it is taken for a card.
  const names = context.getExtension('WEBGL_debug_renderer_info')
  const name = String(context.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER))
  context.getExtension('WEBGL_lose_context')?.loseContext()
  return !standIns.test(name)
}

/** Lies over the screen and scrolls with it, so that what the device drew stays as it was. */
export function drawDivider(terminal: Terminal, label: string): void {
  const marker = terminal.registerMarker(0)
  const decoration = terminal.registerDecoration({ marker, width: terminal.cols, layer: 'top' })
  decoration?.onRender((element) => {
    element.className = `${element.className.split(' ')[0]} ${classes.divider}`
    element.dataset.label = label
  })
}
