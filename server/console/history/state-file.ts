import { constants } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { crc32 } from './checksum.ts'
import { type Files, sharedFiles } from './files.ts'
import { stateFile } from './names.ts'

/**
 * Two slots of this size, written in turn and in place: a torn write leaves the other slot, and a full disk needs no new block.
 * A slot is one line of JSON behind its CRC-32 in hexadecimal, padded with spaces.
 */
const slotBytes = 512

export interface SavedState {
  /** Counts writes; the slot with the higher number is the newer. */
  seq: number
  /** No viewer has been shown a byte at or beyond this offset. After a clean end: exactly the end of history. */
  reserved: number
  /** How far ahead of the end was reserved. */
  ahead: number
  /** Whether the gateway ended in order, with everything on disk. */
  clean: boolean
  /** Wall time of writing, ms. */
  at: number
  /** The kernel's boot id: after another boot, what was not synced may be missing or zeros. */
  boot: string
}

/** Undefined when there is none or no slot is whole. */
export async function readState(folder: string, files: Files = sharedFiles): Promise<SavedState | undefined> {
  let content: Buffer
  try {
    content = await files.readFile(join(folder, stateFile))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
  const slots = [content.subarray(0, slotBytes), content.subarray(slotBytes, 2 * slotBytes)]
  return slots
    .map(parseSlot)
    .filter((state) => state !== undefined)
    .sort((a, b) => b.seq - a.seq)[0]
}

/** Makes the folder where there is none. Not synced: a killed gateway loses nothing that was written; for a power failure see resume.ts. */
export async function writeState(
  folder: string,
  state: SavedState,
  files: Files = sharedFiles,
): Promise<void> {
  const open = () => files.open(join(folder, stateFile), constants.O_RDWR | constants.O_CREAT, 0o600)
  const file = await open().catch(async (error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
    await files.mkdir(folder, { recursive: true, mode: 0o700 })
    return open()
  })
  try {
    await file.write(formatSlot(state), 0, slotBytes, (state.seq % 2) * slotBytes)
  } finally {
    await file.close()
  }
}

function formatSlot(state: SavedState): Buffer {
  const json = JSON.stringify(state)
  const line = `${crc32(json).toString(16).padStart(8, '0')} ${json}`
  return Buffer.from(`${line.padEnd(slotBytes - 1)}\n`)
}

function parseSlot(slot: Buffer): SavedState | undefined {
  const text = slot.toString('latin1')
  const json = text.slice(9).trimEnd()
  if (Number.parseInt(text.slice(0, 8), 16) !== crc32(json)) return undefined
  try {
    // What has the right checksum was written by formatSlot.
    return JSON.parse(json) as SavedState
  } catch {
    return undefined
  }
}
