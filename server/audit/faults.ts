import type { AuditRow, auditRepository } from '../store/audit.ts'
import { type Head, hashOf } from './chain.ts'

/** The first thing that is wrong with a chain. */
export interface Fault {
  /** Number of the entry where it shows. */
  seq: number
  problem:
    | 'changed'
    | 'removed'
    | 'reordered'
    | 'inserted'
    | 'rewritten'
    | 'tail-cut'
    | 'head-forged'
    | 'broken-before'
  message: string
}

type Rows = ReturnType<typeof auditRepository>

/** How far an entry is looked for from its place, in entries each way. Farther moves are called by what is left at their place. */
const searchRange = 5000

/** What happened at `row`, which does not follow `last`, where the chain is right so far. */
export async function faultAtEntry(rows: Rows, row: AuditRow, last: Head): Promise<Fault> {
  const place = last.seq + 1
  const moved = await findMoved(rows, place, last)
  const origin = originOf(row)
  if (row.seq === place && origin === undefined && moved?.seq === place + 1) return inserted(place)
  if (moved !== undefined) {
    return fault(place, 'reordered', `Entry ${place} was moved: it now stands at ${moved.seq}.`)
  }
  if (row.seq < place) return inserted(row.seq)
  if (row.seq > place) return removed(place, row.seq - 1)
  if (origin === undefined) return fault(place, 'changed', `Entry ${place} was changed after it was written.`)
  if (origin > place) return removed(place, origin - 1)
  if (origin < place) return inserted(origin)
  return replaced(place)
}

/** The entry that belongs right after `last`, where it stands now, unless that is its place or it is gone. */
async function findMoved(rows: Rows, place: number, last: Head): Promise<AuditRow | undefined> {
  const candidates = await rows.listFollowing(last.hash)
  return candidates.find((row) => row.seq !== place && hashOf({ ...row, seq: place }) === row.hash)
}

/** The number that an entry had when its hash was made; undefined when something else in it was changed. */
function originOf(row: AuditRow): number | undefined {
  for (let distance = 0; distance <= searchRange; distance += 1) {
    if (hashOf({ ...row, seq: row.seq + distance }) === row.hash) return row.seq + distance
    if (hashOf({ ...row, seq: row.seq - distance }) === row.hash) return row.seq - distance
  }
  return undefined
}

export interface ChainEnd {
  /** Undefined when it is missing or was not sealed with our key. */
  head: Head | undefined
  /** The last entry that was looked at: those after the head are not worth a look. */
  last: Head
  /** The highest number there is. */
  there: number
  /** A head noted earlier that the chain does not go through. */
  missed: Head | undefined
}

/** What is wrong at the end of a chain whose entries all follow one another. */
export function faultAtEnd({ head, last, there, missed }: ChainEnd): Fault | undefined {
  if (head === undefined) {
    const why = 'The head of the chain is missing or was not sealed with the master key'
    return fault(last.seq, 'head-forged', `${why}: nothing proves that entry ${last.seq} is the last one.`)
  }
  if (last.seq < head.seq) {
    const gone = `Entries ${last.seq + 1} to ${head.seq} are missing from the end`
    return fault(last.seq + 1, 'tail-cut', `${gone}: the sealed head says that there are ${head.seq}.`)
  }
  if (there > head.seq) {
    const added = `Entries from ${head.seq + 1} on were added without the master key`
    return fault(head.seq + 1, 'inserted', `${added}: the sealed head ends before them.`)
  }
  if (last.hash !== head.hash) {
    const why = 'The entries follow one another, but not up to the sealed head'
    return fault(last.seq, 'rewritten', `${why}: the chain was made anew without the master key.`)
  }
  if (missed !== undefined) {
    const why = `The chain is whole, but does not go through the head you noted (${missed.seq}:${missed.hash})`
    return fault(missed.seq, 'rewritten', `${why}: an older database was put back, or it is another one.`)
  }
  return undefined
}

function replaced(place: number): Fault {
  if (place === 1)
    return fault(1, 'rewritten', 'Entry 1 does not begin the chain: entries before it are gone.')
  const message = `Entry ${place} continues another entry than ${place - 1}: that one was written anew.`
  return fault(place - 1, 'rewritten', message)
}

function removed(from: number, to: number): Fault {
  const what = from === to ? `Entry ${from} was removed.` : `Entries ${from} to ${to} were removed.`
  return fault(from, 'removed', what)
}

function inserted(seq: number): Fault {
  return fault(seq, 'inserted', `Entry ${seq} was put in by something else than the gateway.`)
}

function fault(seq: number, problem: Fault['problem'], message: string): Fault {
  return { seq, problem, message }
}
