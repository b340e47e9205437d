import { open, readFile, rename, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { indexFile, rawFile, sealedFile, unfinished } from './names.ts'
import { decodeRecords, encodeRecords } from './records.ts'
import { blockBytes, SealedWriter } from './sealed-file.ts'
import { removeSegment, type Segment } from './segments.ts'

export interface SealOptions {
  folder: string
  segment: Segment
  /** Called between blocks: resolves when it may go on, false to give up. */
  pace(): Promise<boolean>
}

/**
 * Replaces a complete raw segment by its sealed form. It is whole and on the disk before it gets its name, and has its name before the
 * raw one goes: whatever interrupts this, one of both is there. Returns false when it gave up.
 */
export async function sealSegment({ folder, segment, pace }: SealOptions): Promise<boolean> {
  const { start, end, lastAt } = segment
  const path = join(folder, sealedFile(start, end))
  const made = await writeSealed(`${path}${unfinished}`, folder, segment, pace)
  if (!made) return false
  const at = (lastAt ?? 0) / 1000
  await utimes(`${path}${unfinished}`, at, at)
  await rename(`${path}${unfinished}`, path)
  segment.kind = 'sealed'
  await removeSegment(folder, { start, end, kind: 'raw', lastAt })
  return true
}

async function writeSealed(
  path: string,
  folder: string,
  segment: Segment,
  pace: SealOptions['pace'],
): Promise<boolean> {
  const writer = await SealedWriter.create(path)
  let whole = false
  try {
    if (!(await copyBlocks(writer, folder, segment, pace))) return false
    await writer.finish(await cleanIndex(folder, segment))
    whole = true
  } finally {
    await writer.close()
    if (!whole) await unlink(path)
  }
  return true
}

async function copyBlocks(
  writer: SealedWriter,
  folder: string,
  { start, end }: Segment,
  pace: SealOptions['pace'],
): Promise<boolean> {
  const raw = await open(join(folder, rawFile(start)), 'r')
  try {
    const size = end - start
    for (let at = 0; at < size; at += blockBytes) {
      if (!(await pace())) return false
      const block = Buffer.allocUnsafe(Math.min(blockBytes, size - at))
      const { bytesRead } = await raw.read(block, 0, block.length, at)
      if (bytesRead < block.length) throw new Error(`${rawFile(start)} is shorter than it was`)
      await writer.block(block)
    }
    return true
  } finally {
    await raw.close()
  }
}

/** The index without what is damaged, and without the sums: blocks have their own. */
async function cleanIndex(folder: string, { start }: Segment): Promise<Buffer> {
  try {
    const records = decodeRecords(await readFile(join(folder, indexFile(start))))
    return encodeRecords(records.filter(({ kind }) => kind !== 'sum'))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
