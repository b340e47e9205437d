import { readBlob } from '../contract/public-key/blob.ts'
import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import { WireReader } from '../contract/public-key/wire.ts'
import type { FoundKey } from '../contract/pushes.ts'
import { readingsOf, type Server } from './authorized-keys/lines.ts'
import { standingOf } from './authorized-keys/standing.ts'
import { deviceText } from './device-text.ts'
import type { KeyFiles } from './key-files.ts'
import type { FileReport, Report } from './program/report.ts'

/** Every key that a server reads for an account, each once, as the line has it that decides about it. */
export function foundKeys(report: Report, { server, places }: KeyFiles, now: number): FoundKey[] {
  const files = places.flatMap(({ path }) => report.files.filter((file) => file.path === path))
  const seen = new Map<string, FoundKey>()
  for (const blob of files.flatMap((file) => blobsIn(file, server))) {
    const sha256 = sha256Fingerprint(blob)
    if (!seen.has(sha256)) seen.set(sha256, describe(blob, files, server, now))
  }
  return [...seen.values()]
}

function blobsIn({ found }: FileReport, server: Server): Uint8Array[] {
  return found.flatMap(({ text }) =>
    readingsOf(text, server).flatMap(({ meaning }) => ('blob' in meaning ? [meaning.blob] : [])),
  )
}

function describe(blob: Uint8Array, files: readonly FileReport[], server: Server, now: number): FoundKey {
  const standings = files.flatMap(({ path, found }) => {
    const standing = standingOf({ blob, lines: found, server, now })
    return standing.kind === 'absent' ? [] : [{ ...standing, path }]
  })
  const free = standings.find(({ kind }) => kind === 'plain')
  const deciding = free ?? standings[0]
  const read = readBlob(blob, { leastRsaBits: 0 })
  return {
    sha256: sha256Fingerprint(blob),
    type: read.ok ? read.value.type : deviceText(new WireReader(blob).name() ?? '', 64),
    bits: read.ok ? read.value.bits : 0,
    comment: commentOf(deciding?.line.text ?? '', server),
    state: free === undefined ? 'restricted' : 'there',
    line: {
      path: deviceText(deciding?.path ?? ''),
      number: deciding?.line.number ?? 0,
      options: deciding?.options === undefined ? null : deviceText(deciding.options),
    },
  }
}

function commentOf(line: string, server: Server): string {
  const [comment = ''] = readingsOf(line, server).flatMap(({ meaning }) =>
    'rest' in meaning ? [meaning.rest] : [],
  )
  return deviceText(comment, 200)
}
