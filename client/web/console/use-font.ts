import { useEffect, useState } from 'react'
import type { Model } from './model.ts'
import type { TerminalView } from './terminal.ts'

export type FontChoice = number | 'fit'

export interface Font {
  choice: FontChoice
  /** Size in px that it came to. */
  size: number
  set(choice: FontChoice): void
}

/** Fits the console's own rows and columns into the page by the size of the font, unless a size was chosen. */
export function useFont(terminal: TerminalView | null, box: HTMLElement | null, screen: Model['size']): Font {
  const [choice, set] = useState<FontChoice>('fit')
  const [size, setSize] = useState(14)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of rows or columns needs another fit
  useEffect(() => {
    if (!terminal || !box) return
    const fit = () => setSize(terminal.setFont(choice))
    fit()
    const observer = new ResizeObserver(fit)
    observer.observe(box)
    return () => observer.disconnect()
  }, [terminal, box, choice, screen.rows, screen.cols])
  return { choice, size, set }
}
