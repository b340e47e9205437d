import { type ISearchOptions, SearchAddon } from '@xterm/addon-search'
import type { Terminal } from '@xterm/xterm'
import { expressionFault } from '../expression.ts'

export interface SearchQuery {
  text: string
  matchCase: boolean
  regex: boolean
}

/** `current` counts from 1; 0 while none is chosen or there are more than are counted. */
export interface SearchResult {
  current: number
  count: number
}

export interface TerminalSearch {
  /** Selects the next or previous match and scrolls to it; `typing` keeps to the match at hand while it still fits. */
  find(query: SearchQuery, way: 'next' | 'previous' | 'typing'): void
  clear(): void
}

/** More are not counted and not coloured: each of them is an element over the screen. */
export const mostMatches = 1000

const colours = {
  matchBackground: '#5a4a1c',
  matchOverviewRuler: '#e3b859',
  activeMatchBackground: '#c08a12',
  activeMatchColorOverviewRuler: '#f5d58a',
}

/** Searches the screen and what has been scrolled off it, as far as this page keeps it. */
export function searchIn(terminal: Terminal, onResult: (result: SearchResult) => void): TerminalSearch {
  const addon = new SearchAddon({ highlightLimit: mostMatches })
  terminal.loadAddon(addon)
  addon.onDidChangeResults(({ resultIndex, resultCount }) =>
    onResult({ current: resultIndex + 1, count: resultCount }),
  )
  return {
    find({ text, matchCase, regex }, way) {
      if (text === '' || (regex && expressionFault(text) !== null)) {
        addon.clearDecorations()
        onResult({ current: 0, count: 0 })
        return
      }
      // Without this the addon goes on showing what it found for other options.
      if (way === 'typing') addon.clearDecorations()
      const options: ISearchOptions = { caseSensitive: matchCase, regex, decorations: colours }
      if (way === 'previous') addon.findPrevious(text, options)
      else addon.findNext(text, { ...options, incremental: way === 'typing' })
    },
    clear() {
      addon.clearDecorations()
      terminal.clearSelection()
    },
  }
}
