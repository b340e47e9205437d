import { useState } from 'react'
import { type Address, openAddress } from './address.ts'
import type { SearchResult } from './terminal/search.ts'

/** What the terminal shows besides its content. */
export interface TerminalSigns {
  selected: boolean
  /** The newest line is out of sight. */
  scrolledBack: boolean
  /** The oldest line that is held here is in sight, and somebody looks for more. */
  atTop: boolean
  hovered: Address | null
  /** An address that is being asked about. */
  asked: Address | null
  found: SearchResult | null
}

const none: TerminalSigns = {
  selected: false,
  scrolledBack: false,
  atTop: false,
  hovered: null,
  asked: null,
  found: null,
}

export function useTerminalSigns() {
  const [signs, setSigns] = useState(none)
  const set = (part: Partial<TerminalSigns>) => setSigns((before) => ({ ...before, ...part }))
  return {
    signs,
    closeAsked: () => set({ asked: null }),
    events: {
      onSelection: (selected: boolean) => set({ selected }),
      onScrolledBack: (scrolledBack: boolean) => set({ scrolledBack }),
      onTop: (atTop: boolean) => set({ atTop }),
      onHoverAddress: (hovered: Address | null) => set({ hovered }),
      onSearchResult: (found: SearchResult) => set({ found }),
      onOpenAddress: (address: Address) => {
        // A tap shows no address before it opens one.
        if (address.disguised || matchMedia('(pointer: coarse)').matches) set({ asked: address })
        else openAddress(address)
      },
    },
  }
}
