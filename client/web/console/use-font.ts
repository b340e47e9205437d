import { useEffect, useState } from 'react'
import type { Model } from './model.ts'
import { type FontChoice, fontChoice, keepFontChoice } from './preferences.ts'
import { fontSizes } from './terminal/font.ts'
import type { TerminalView } from './terminal.ts'

export interface Font {
  choice: FontChoice
  /** Size in px that it came to. */
  size: number
  set(choice: FontChoice): void
  /** Larger or smaller by so many px. */
  step(by: number): void
}

/** Fits the console's own rows and columns into the page by the size of the font, unless a size was chosen. The choice is remembered. */
export function useFont(terminal: TerminalView | null, box: HTMLElement | null, screen: Model['size']): Font {
  const [choice, setChoice] = useState<FontChoice>(fontChoice)
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
  const set = (chosen: FontChoice) => {
    keepFontChoice(chosen)
    setChoice(chosen)
  }
  const step = (by: number) => set(Math.min(fontSizes.most, Math.max(fontSizes.least, Math.round(size) + by)))
  return { choice, size, set, step }
}
