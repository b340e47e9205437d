import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { createAudit } from './audit/audit.ts'
import { systemClock } from './base/clock.ts'
import { AppError, systemCode } from './base/errors.ts'
import { createLog } from './base/log.ts'
import { Secret } from './base/secret.ts'
import { calledFrom } from './called-from.ts'
import { readConfig } from './config.ts'
import { keyFilePlace, type Rotated, rotateMasterKey } from './rotation.ts'
import { lineFrom, type NewKey, type RotationAnswer, sealNewKey, socketOf } from './rotation-message.ts'
import { databaseFile, openStore, openStoreToRead } from './store/database.ts'
import { lockDataFolder } from './store/instance-lock.ts'
import { randomKey, readKeyFile } from './store/key-file.ts'
import { type MasterKeySource, masterKeySource, nameOf } from './store/key-source.ts'
import { HeldMasterKey, type MasterKey } from './store/master-key.ts'
import { provenMasterKey, unlockStore } from './store/unlock.ts'

const usage = `usage: scripts/rotate-master-key [--data DIR] [--to FILE]

Seals everything under a new master key, beside a running gateway or without one.

  --data DIR   the gateway's data folder (default: as its settings say)
  --to FILE    the new key (- reads it from standard input). You put it where the settings have it from, before the next start.
               Without it, where the key is in a file: a new one is made and takes its place, the old one is kept beside it

Ends with 0 when the new key is in use, with 1 when the old one still is.
`

process.umask(0o077)
process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const request = readRequest(process.argv.slice(2))
    if (request === 'help') {
      process.stdout.write(usage)
      return 0
    }
    process.stdout.write(await rotate(request))
    return 0
  } catch (error) {
    const message = error instanceof AppError ? error.message : error instanceof Error ? error.stack : error
    process.stderr.write(`${message}\n`)
    return 1
  }
}

interface Request {
  data: string | undefined
  to: string | undefined
}

function readRequest(args: string[]): Request | 'help' {
  try {
    const { values } = parseArgs({
      args,
      options: {
        data: { type: 'string' },
        to: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return values.help === true
      ? 'help'
      : { data: given(values.data), to: values.to === '-' ? '-' : given(values.to) }
  } catch (cause) {
    throw new AppError('bad-request', `${cause instanceof Error ? cause.message : cause}\n\n${usage}`, {
      cause,
    })
  }
}

function given(path: string | undefined): string | undefined {
  return path === undefined ? undefined : calledFrom(process.env, path)
}

async function rotate({ data, to }: Request): Promise<string> {
  const config = readConfig(process.env)
  const dataDir = data ?? config.dataDir
  const source = masterKeySource({ ...config, dataDir })
  const order = { next: await newKey(source, to), placed: to === undefined }
  const current = await currentKey(dataDir, source)
  const done = (await askGateway(dataDir, order, current)) ?? (await rotateAlone(dataDir, order, source))
  return report(done, source, to)
}

async function newKey(source: MasterKeySource, to: string | undefined): Promise<Secret> {
  if (to === undefined) {
    if (source.kind === 'file') return randomKey()
    throw new AppError('bad-request', needsKey(source))
  }
  const key = to === '-' ? new Secret(await text(process.stdin)) : await readKeyFile(to)
  if (key !== undefined) return key
  throw new AppError('wrong-master-key', `The file ${to} does not exist. Nothing was changed.`)
}

/** Proved against the database. */
async function currentKey(dataDir: string, source: MasterKeySource): Promise<MasterKey> {
  const store = openStoreToRead(join(dataDir, databaseFile))
  try {
    return await provenMasterKey(store, source)
  } finally {
    await store.destroy()
  }
}

/** Undefined when no gateway runs there. */
async function askGateway(dataDir: string, order: NewKey, current: MasterKey): Promise<Rotated | undefined> {
  const socket = connect(socketOf(dataDir))
  try {
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED'].includes(systemCode(error))) return undefined
    throw error
  }
  socket.on('error', () => socket.destroy())
  socket.write(`${sealNewKey(order, current)}\n`)
  const line = await lineFrom(socket)
  socket.destroy()
  if (line === undefined)
    throw new AppError(
      'internal',
      'The gateway ended before it answered. Start it: it takes the key that its database needs, or says which one that is.',
    )
  const answer: RotationAnswer = JSON.parse(line)
  if ('error' in answer) throw new AppError('wrong-master-key', answer.error)
  return answer.rotated
}

async function rotateAlone(
  dataDir: string,
  { next, placed }: NewKey,
  source: MasterKeySource,
): Promise<Rotated> {
  const unlock = lockDataFolder(dataDir)
  const store = await openStore(join(dataDir, databaseFile))
  try {
    const onFirstUse = () => Promise.reject(new Error('A database that was proved has been used.'))
    const masterKey = new HeldMasterKey((await unlockStore({ store, source, onFirstUse })).masterKey)
    const audit = createAudit({ store, masterKey, clock: systemClock, log: createLog('error') })
    const place = placed && source.kind === 'file' ? keyFilePlace(source.path) : undefined
    return await rotateMasterKey({ store, masterKey, audit, clock: systemClock }, { next, place })
  } finally {
    await store.destroy()
    unlock()
  }
}

function report(done: Rotated, source: MasterKeySource, to: string | undefined): string {
  const { from, resealed, damaged, revoked, oldKeyFile, overwritten } = done
  const lines = [
    `The master key is now ${done.to}, instead of ${from}. Sealed anew: ${resealed}.`,
    whereItIs(done, source, to),
    damaged > 0 && `${damaged} could not be opened by the old key, and are as they were: enter them again.`,
    revoked > 0 && `Addresses of first boots that are dead now: ${revoked}. Mark those devices again.`,
    oldKeyFile !== null &&
      `The old key is in ${oldKeyFile}. It opens nothing here any more, but backups from before: delete it with the last of them.`,
    overwritten ||
      'Another program reads the database just now: until that has ended and the gateway has looked again, its files hold the old sealing too.',
  ]
  return `${lines.filter((line) => typeof line === 'string').join('\n')}\n`
}

function whereItIs({ oldKeyFile }: Rotated, source: MasterKeySource, to: string | undefined): string {
  if (to !== undefined)
    return `Before the gateway starts again, put the new key where it has it from: ${nameOf(source)}.`
  if (oldKeyFile !== null) return `It stands in ${nameOf(source)}.`
  return `It stands beside ${nameOf(source)}, with .next in its name: that could not be replaced. The next start takes it from there.`
}

function needsKey(source: MasterKeySource): string {
  return (
    `The master key comes from ${nameOf(source)}, where no new one can be put. Nothing was changed. Make one (openssl rand -base64 32), ` +
    'give it with --to FILE, and put it there before the next start.'
  )
}
