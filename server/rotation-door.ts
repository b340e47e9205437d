import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import type { Closable } from './base/closing.ts'
import { AppError } from './base/errors.ts'
import type { Log } from './base/log.ts'
import { keyFilePlace, type RotationParts, rotateMasterKey } from './rotation.ts'
import { lineFrom, openNewKey, type RotationAnswer, socketOf } from './rotation-message.ts'
import type { MasterKeySource } from './store/key-source.ts'

export interface RotationDoorParts extends RotationParts {
  dataDir: string
  source: MasterKeySource
  log: Log
  /** What was sealed before is to be overwritten in the files, as soon as nobody reads the database. */
  rotated(): void
}

/** Who connects and says nothing is not waited for. */
const patienceMs = 10_000

/** Lets the master key be exchanged while the gateway runs. Where the folder takes no socket, the gateway goes on without. */
export async function openRotationDoor(parts: RotationDoorParts): Promise<Closable> {
  const { dataDir, log } = parts
  const path = socketOf(dataDir)
  const open = new Set<Socket>()
  /** Those who have said nothing yet. */
  const waiting = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    waiting.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket).catch((error: unknown) => log.error({ err: error }, 'an exchange of the master key failed'))
  })
  let turn: Promise<unknown> = Promise.resolve()

  async function serve(socket: Socket): Promise<void> {
    socket.setTimeout(patienceMs, () => socket.destroy())
    const line = await lineFrom(socket)
    waiting.delete(socket)
    if (line === undefined) return
    socket.setTimeout(0)
    const mine = turn.then(() => answer(parts, line))
    turn = mine
    socket.end(`${JSON.stringify(await mine)}\n`)
  }

  // What is there was left by a gateway that was killed: this one has the folder for itself.
  await rm(path, { force: true })
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
    await chmod(path, 0o600)
  } catch (error) {
    log.warn({ path, error: String(error) }, 'The master key cannot be exchanged while this gateway runs.')
  }
  return {
    async close() {
      for (const socket of waiting) socket.destroy()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await turn
      for (const socket of open) socket.destroySoon()
      await closed
    },
  }
}

async function answer(parts: RotationDoorParts, line: string): Promise<RotationAnswer> {
  const { masterKey, source, log, rotated } = parts
  try {
    const order = openNewKey(line, masterKey)
    if (order === undefined) return { error: notOurs }
    const { next, placed } = order
    const place = placed && source.kind === 'file' ? keyFilePlace(source.path) : undefined
    if (placed && place === undefined) return { error: otherSettings }
    const done = await rotateMasterKey(parts, { next, place })
    rotated()
    log.info(done, 'The master key was exchanged.')
    return { rotated: done }
  } catch (error) {
    if (error instanceof AppError) return { error: error.message }
    log.error({ err: error }, 'an exchange of the master key failed')
    return { error: 'The gateway failed at it. Its log says why.' }
  }
}

const notOurs =
  'The gateway that runs is sealed with another master key than the one that this command was given. Nothing was changed.'
const otherSettings =
  'The gateway that runs does not have its master key from a file, so the new one must be given: --to FILE. Nothing was changed.'
