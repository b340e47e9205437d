import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { crc32 } from './checksum.ts'
import { indexFile, rawFile } from './names.ts'
import { decodeRecords, type IndexRecord } from './records.ts'
import type { Segment } from './segments.ts'

/**
 * How far a raw segment's bytes agree with the sums in its index. After a power failure a file may have its length but not its bytes;
 * what no sum covers is not believed then.
 */
export async function verifiedEnd(folder: string, { start, end }: Segment): Promise<number> {
  const sums = await readSums(folder, start)
  const file = await open(join(folder, rawFile(start)), 'r')
  try {
    let good = start
    for (const { from, to, crc } of sums) {
      if (from !== good || to > end) break
      const buffer = Buffer.allocUnsafe(to - from)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from - start)
      if (bytesRead < buffer.length || crc32(buffer) !== crc) break
      good = to
    }
    return good
  } finally {
    await file.close()
  }
}

type Sum = Extract<IndexRecord, { kind: 'sum' }>

async function readSums(folder: string, start: number): Promise<Sum[]> {
  try {
    const records = decodeRecords(await readFile(join(folder, indexFile(start))))
    return records.filter((record): record is Sum => record.kind === 'sum')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}
