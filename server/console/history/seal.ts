import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { indexFile, rawFile, sealedFile, unfinished } from './names.ts'
import { withoutSums } from './records.ts'
import { blockBytes, SealedWriter } from './sealed-file.ts'
import type { Segment } from './segments.ts'

/** A complete raw segment of the history in `folder`. */
export interface ToSeal {
  folder: string
  segment: Pick<Segment, 'start' | 'end' | 'lastAt'>
}

/**
 * Writes a segment's sealed form, for a thread of its own. It is whole and on the disk before it gets its name, and the raw one is left to
 * be removed after that: whatever interrupts this, one of both is there.
 * @param pace called before each block: returns when it may go on, false to give up.
 * @returns false when it gave up.
 */
export function sealSegment(toSeal: ToSeal, pace: () => boolean): boolean {
  const { folder, segment } = toSeal
  const path = join(folder, sealedFile(segment.start, segment.end))
  try {
    if (!writeSealed(`${path}${unfinished}`, toSeal, pace)) return false
    const at = (segment.lastAt ?? 0) / 1000
    utimesSync(`${path}${unfinished}`, at, at)
    renameSync(`${path}${unfinished}`, path)
    return true
  } finally {
    // There is none where it has its name.
    rmSync(`${path}${unfinished}`, { force: true })
  }
}

function writeSealed(path: string, toSeal: ToSeal, pace: () => boolean): boolean {
  const writer = new SealedWriter(path)
  try {
    writer.begin()
    if (!copyBlocks(writer, toSeal, pace)) return false
    writer.finish(cleanIndex(toSeal))
    return true
  } finally {
    writer.close()
  }
}

function copyBlocks(writer: SealedWriter, { folder, segment }: ToSeal, pace: () => boolean): boolean {
  const raw = openSync(join(folder, rawFile(segment.start)), 'r')
  try {
    const size = segment.end - segment.start
    const memory = Buffer.allocUnsafeSlow(blockBytes)
    for (let at = 0; at < size; at += blockBytes) {
      if (!pace()) return false
      const block = memory.subarray(0, size - at)
      if (readSync(raw, block, 0, block.length, at) < block.length)
        throw new Error(`${rawFile(segment.start)} is shorter than it was`)
      writer.block(block)
    }
    return true
  } finally {
    closeSync(raw)
  }
}

/** The index without what is damaged, and without the sums: blocks have their own. */
function cleanIndex({ folder, segment }: ToSeal): Buffer {
  try {
    return withoutSums(readFileSync(join(folder, indexFile(segment.start))))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
