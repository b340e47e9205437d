import type { Terminal } from '@xterm/xterm'

/** Without the blanks that programs fill their lines with: pasted elsewhere they are only in the way. */
export function copyable(selection: string): string {
  return selection
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Puts what is selected into the clipboard. Rejects when the browser does not let it. */
export async function copySelection(terminal: Terminal): Promise<void> {
  if (!terminal.hasSelection()) return
  // Browsers have this object for https and localhost only; elsewhere the old way asks for it by an event.
  if (navigator.clipboard) await navigator.clipboard.writeText(copyable(terminal.getSelection()))
  else {
    terminal.focus()
    document.execCommand('copy')
  }
}

export interface ClipboardOptions {
  element: HTMLElement
  onPaste(text: string): void
  /** Whether to copy as soon as something has been selected with the mouse. */
  copiesOnSelect(): boolean
}

/**
 * Every paste passes the page first, which asks before several lines run as so many commands. Nothing that a device prints reaches the
 * clipboard: OSC 52 is swallowed (answers.ts). Returns what ends it.
 */
export function guardClipboard(
  terminal: Terminal,
  { element, onPaste, copiesOnSelect }: ClipboardOptions,
): () => void {
  const paste = (event: ClipboardEvent) => {
    stop(event)
    onPaste(event.clipboardData?.getData('text/plain') ?? '')
  }
  const copy = (event: ClipboardEvent) => {
    if (!terminal.hasSelection()) return
    stop(event)
    event.clipboardData?.setData('text/plain', copyable(terminal.getSelection()))
  }
  let byMouse = false
  const press = () => {
    byMouse = true
  }
  const release = () => {
    if (byMouse && copiesOnSelect()) void copySelection(terminal).catch(() => {})
    byMouse = false
  }
  element.addEventListener('paste', paste, { capture: true })
  element.addEventListener('copy', copy, { capture: true })
  element.addEventListener('mousedown', press)
  // Often outside: people drag past the edge.
  document.addEventListener('mouseup', release)
  return () => {
    element.removeEventListener('paste', paste, { capture: true })
    element.removeEventListener('copy', copy, { capture: true })
    element.removeEventListener('mousedown', press)
    document.removeEventListener('mouseup', release)
  }
}

function stop(event: Event): void {
  event.preventDefault()
  event.stopPropagation()
}
