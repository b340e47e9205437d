import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OwnedProcess, startProcess } from '../../lab/process.ts'

/** A serial port whose other end is a device's socket: a pty that socat holds. */
export interface PtyPair {
  /** The port: what a program opens instead of /dev/ttyS0. */
  path: string
  /** The port goes away, as when a USB adapter is pulled. */
  unplug(): Promise<void>
  close(): Promise<void>
}

export async function startPtyPair(deviceSocket: string): Promise<PtyPair> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-tty-'))
  const path = join(folder, 'tty')
  const args = ['-d', '-d', `PTY,link=${path},rawer`, `UNIX-CONNECT:${deviceSocket}`]
  const socat: OwnedProcess = await startProcess({ command: 'socat', args })
  await socat.waitFor(/starting data transfer loop/)
  // While nobody has the port open, socat would take it for hung up and end.
  const holder = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  return {
    path,
    unplug: () => socat.close(),
    close: async () => {
      await socat.close()
      closeSync(holder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
