import { useEffect, useState } from 'react'
import type { Model } from './model.ts'
import { fontSizes, type TerminalView } from './terminal.ts'

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
  const [size, setSize] = useState<number>(fontSizes.first)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of rows or columns needs another fit
  useEffect(() => {
    if (!terminal || !box) return
    const apply = () => setSize(terminal.setFont(choice))
    apply()
    const observer = new ResizeObserver(apply)
    observer.observe(box)
    return () => observer.disconnect()
  }, [terminal, box, choice, screen.rows, screen.cols])
  return { choice, size, set }
}
