import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Body } from '../../api/call.ts'
import { toFailure } from '../../api/failure.ts'
import { addKey, type KeyOwner } from '../../api/keys.ts'

/** How it went with one key. */
export type Outcome =
  | { state: 'adding' }
  | { state: 'added' }
  | { state: 'existed'; label: string }
  | { state: 'failed'; message: string }

/** One key that is to be added: its fingerprint, by which its outcome is found, and what is sent. */
export interface Wanted {
  sha256: string
  body: Body<'addKey'>
}

/** Adds keys one after the other, each with its own outcome; what is in is not sent again. */
export function useAdding(owner: KeyOwner) {
  const queryClient = useQueryClient()
  const [outcomes, setOutcomes] = useState<Record<string, Outcome>>({})
  const [busy, setBusy] = useState(false)

  async function addOne({ sha256, body }: Wanted): Promise<boolean> {
    const tell = (outcome: Outcome) => setOutcomes((all) => ({ ...all, [sha256]: outcome }))
    tell({ state: 'adding' })
    try {
      const { key, existed } = await addKey(owner, body)
      tell(existed ? { state: 'existed', label: key.label } : { state: 'added' })
      return true
    } catch (error) {
      tell({ state: 'failed', message: toFailure(error).message })
      return false
    }
  }

  /** Whether all of them are in. */
  async function addAll(wanted: Wanted[]): Promise<boolean> {
    setBusy(true)
    let whole = true
    for (const one of wanted) {
      const state = outcomes[one.sha256]?.state
      if (state !== 'added' && state !== 'existed') whole = (await addOne(one)) && whole
    }
    setBusy(false)
    await queryClient.invalidateQueries({ queryKey: ['keys'] })
    return whole
  }
  return { outcomes, busy, addAll }
}
