import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { indexFile, sealedFile } from './names.ts'
import { DamagedSegment, readIndex, readTable } from './sealed-file.ts'
import type { Segment } from './segments.ts'

/** A segment's index as far as it can be read: a missing or damaged one says nothing. */
export async function loadIndex(
  folder: string,
  segment: Pick<Segment, 'start' | 'end' | 'kind'>,
): Promise<Buffer> {
  try {
    return segment.kind === 'raw'
      ? await readFile(join(folder, indexFile(segment.start)))
      : await sealedIndex(folder, segment)
  } catch (error) {
    if (error instanceof DamagedSegment || systemCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

async function sealedIndex(folder: string, { start, end }: Pick<Segment, 'start' | 'end'>): Promise<Buffer> {
  const file = await open(join(folder, sealedFile(start, end)), 'r')
  try {
    return await readIndex(file, await readTable(file))
  } finally {
    await file.close()
  }
}
