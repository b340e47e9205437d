import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import { type Line, readingsOf, type Server } from './authorized-keys/lines.ts'
import type { KeyFiles } from './key-files.ts'
import type { FileReport, Report } from './program/report.ts'

/** What is to become of a key that is to be taken away. */
export interface RemovalKey {
  sha256: string
  /** Nothing where the device has no such key. */
  blob: Uint8Array | undefined
  /** `restricted`: it stands with options, and these were not to be touched. `shared`: in a file of all accounts, which is none of this one's. */
  verdict: 'remove' | 'absent' | 'restricted' | 'shared'
  /** Where it stands, or the first of the places. */
  found: { path: string; line: Line; options: string | undefined; comment: string } | undefined
}

export interface RemovalPlan {
  keys: RemovalKey[]
  /** One for each file. */
  cuts: Cut[]
  /** How many other keys still let in, with options or without. */
  leaves: number
}

/** Whole lines, rising, after which `left` bytes remain. */
export interface Cut {
  path: string
  sum: string
  before: number
  lines: number[]
  left: number
}

export interface RemovalRequest {
  report: Report
  files: KeyFiles
  /** Fingerprints. */
  keys: readonly string[]
  /** Take lines with options too. */
  withOptions: boolean
}

/** A key in a line of a file that the server reads. */
export interface Standing {
  sha256: string
  blob: Uint8Array
  path: string
  shared: boolean
  line: Line
  options: string | undefined
  comment: string
  /** The server refuses the line, or takes it for a certificate authority. */
  letsIn: boolean
}

/** Decides which lines are taken out. Pure. A line is taken when all that a server reads in it is to go. */
export function planRemoval({ withOptions, ...request }: RemovalRequest): RemovalPlan {
  return planCuts(request, ({ options }) => withOptions || options === undefined)
}

/** Of the lines of the keys, those that `takes` names; never one of all accounts. */
export function planCuts(
  { report, files, keys }: Omit<RemovalRequest, 'withOptions'>,
  takes: (standing: Standing, all: readonly Standing[]) => boolean,
): RemovalPlan {
  const standings = standingsOf(report, files)
  const wanted = new Set(keys)
  const goes = (standing: Standing): boolean =>
    wanted.has(standing.sha256) && !standing.shared && takes(standing, standings)
  const cuts = report.files.flatMap((file) => cutOf(file, standings, goes) ?? [])
  const stays = standings.filter((standing) => standing.letsIn && !goes(standing))
  return {
    keys: [...wanted].map((sha256) => keyOf(sha256, standings, goes)),
    cuts,
    leaves: new Set(stays.map(({ sha256 }) => sha256)).size,
  }
}

/** In the order in which the server reads them. */
export function standingsOf(report: Report, files: KeyFiles): Standing[] {
  return files.places.flatMap(({ path, shared }) =>
    report.files
      .filter((file) => file.path === path)
      .flatMap((file) =>
        file.found.flatMap((line) => standingsIn(line, { path, shared, server: files.server })),
      ),
  )
}

function standingsIn(
  line: Line,
  { path, shared, server }: { path: string; shared: boolean; server: Server },
): Standing[] {
  return readingsOf(line.text, server).flatMap(({ meaning }) => {
    if (!('blob' in meaning)) return []
    const { blob } = meaning
    const options = meaning.kind === 'refused' ? meaning.options : meaning.options?.text
    const letsIn = meaning.kind === 'key' && meaning.options?.authority !== true
    const { rest: comment } = meaning
    return [{ sha256: sha256Fingerprint(blob), blob, path, shared, line, options, comment, letsIn }]
  })
}

function keyOf(sha256: string, all: readonly Standing[], goes: (standing: Standing) => boolean): RemovalKey {
  const standings = all.filter((standing) => standing.sha256 === sha256)
  const deciding = standings.find((standing) => !goes(standing)) ?? standings[0]
  if (deciding === undefined) return { sha256, blob: undefined, verdict: 'absent', found: undefined }
  const { blob, path, line, options, comment } = deciding
  const kept = deciding.shared ? 'shared' : 'restricted'
  return { sha256, blob, verdict: goes(deciding) ? 'remove' : kept, found: { path, line, options, comment } }
}

function cutOf(
  { path, sum, size, lines: count, endsWithLineEnd, found }: FileReport,
  standings: readonly Standing[],
  goes: (standing: Standing) => boolean,
): Cut | undefined {
  const taken = found.filter((line) => {
    const here = standings.filter(
      (standing) => standing.path === path && standing.line.number === line.number,
    )
    return here.length > 0 && here.every(goes)
  })
  if (taken.length === 0) return undefined
  // wc counts line ends: the last line may have none.
  const last = endsWithLineEnd ? undefined : count + 1
  const bytes = taken.reduce((sum, { number, text }) => sum + text.length + (number === last ? 0 : 1), 0)
  return { path, sum, before: size, lines: taken.map(({ number }) => number), left: size - bytes }
}
