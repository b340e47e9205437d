import { useCallback, useMemo, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'

export interface Selection {
  /** Selected devices that still exist, in the order they were selected. */
  ids: readonly string[]
  has(id: string): boolean
  /** Selects a device, or no longer. Stays the same function, so that no row is drawn anew for it. */
  toggle(id: string): void
  clear(): void
}

export function useSelection(devices: readonly Device[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback(
    (id: string) =>
      setChosen((before) => {
        const after = new Set(before)
        if (!after.delete(id)) after.add(id)
        return after
      }),
    [],
  )
  const clear = useCallback(() => setChosen(new Set()), [])
  return useMemo(() => {
    const known = chosen.size === 0 ? undefined : new Set(devices.map(({ id }) => id))
    const ids = [...chosen].filter((id) => known?.has(id))
    return { ids, has: (id) => chosen.has(id), toggle, clear }
  }, [chosen, devices, toggle, clear])
}
