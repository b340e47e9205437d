/** Keys that browsers keep for themselves in a tab, and that shells and editors live by. */
const wantedKeys = ['Escape', 'KeyW', 'KeyT', 'KeyN']

interface KeyboardLock {
  lock?(codes: string[]): Promise<void>
  unlock?(): void
}

/** Full screen, and back. With a browser that can (Chromium, over https), the device gets Esc and Ctrl+W as well. */
export async function toggleFullScreen(): Promise<void> {
  const { keyboard } = navigator as { keyboard?: KeyboardLock }
  if (document.fullscreenElement) {
    keyboard?.unlock?.()
    await document.exitFullscreen()
    return
  }
  // The whole document: menus and dialogs stand beside the page, not within it.
  await document.documentElement.requestFullscreen({ navigationUI: 'hide' })
  await keyboard?.lock?.(wantedKeys).catch(() => {})
}

/** A window that holds the console alone, and knows nothing of this one. */
export function openOwnWindow(path: string): void {
  window.open(path, '_blank', 'popup,noopener,noreferrer,width=960,height=680')
}
