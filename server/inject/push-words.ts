import type { PushedKey } from '../contract/pushes.ts'

/** What became of the keys, in a sentence. */
export function summaryOf(keys: readonly { result: PushedKey['result'] }[]): string {
  if (keys.length === 0) return 'The keys were read.'
  const counts = Map.groupBy(keys, ({ result }) => result)
  const parts = order.flatMap((result) => {
    const of = counts.get(result)?.length ?? 0
    return of === 0 ? [] : [`${of} ${words[result]}`]
  })
  return `${parts.join(', ')}.`
}

const words: Record<PushedKey['result'], string> = {
  added: 'added',
  'would-add': 'to be added',
  widened: 'freed of restrictions',
  'would-widen': 'to be freed of restrictions',
  removed: 'taken away',
  'would-remove': 'to be taken away',
  present: 'already there',
  absent: 'not there',
  restricted: 'there with restrictions, and left so',
  'is-ca': 'there as a certificate authority, and left so',
  ineffective: 'there in a line that the server refuses, and left so',
  shared: 'in a file of all accounts, and left there',
}
const order = Object.keys(words) as PushedKey['result'][]
