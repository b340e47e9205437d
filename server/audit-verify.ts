import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { auditHeadKey } from './audit/audit.ts'
import type { Head } from './audit/chain.ts'
import { type AuditVerdict, verifyChain } from './audit/verify.ts'
import { AppError } from './base/errors.ts'
import { calledFrom } from './called-from.ts'
import { readConfig } from './config.ts'
import { databaseFile, openStoreToRead } from './store/database.ts'
import { masterKeySource } from './store/key-source.ts'
import { provenMasterKey } from './store/unlock.ts'

const usage = `usage: scripts/audit-verify [--data DIR] [--master-key-file FILE] [--expect SEQ:HASH]

Proves the chain of the audit, beside a running gateway or without one; writes nothing.

  --data DIR              the gateway's data folder (default: as its settings say)
  --master-key-file FILE  the master key (default: as the gateway's settings say)
  --expect SEQ:HASH       a head that was printed earlier: the chain must still go through it

Ends with 0 when the audit is whole, with 1 when it is not, with 2 when that could not be found out.
`

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const request = readRequest(process.argv.slice(2))
    if (request === 'help') {
      process.stdout.write(usage)
      return 0
    }
    const verdict = await verify(request)
    process.stdout.write(report(verdict))
    return verdict.ok ? 0 : 1
  } catch (error) {
    const message = error instanceof AppError ? error.message : error instanceof Error ? error.stack : error
    process.stderr.write(`${message}\n`)
    return 2
  }
}

interface Request {
  data: string | undefined
  masterKeyFile: string | undefined
  known: Head | undefined
}

function readRequest(args: string[]): Request | 'help' {
  try {
    const { values } = parseArgs({
      args,
      options: {
        data: { type: 'string' },
        'master-key-file': { type: 'string' },
        expect: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) return 'help'
    const known = values.expect === undefined ? undefined : readHead(values.expect)
    return { data: given(values.data), masterKeyFile: given(values['master-key-file']), known }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause
    throw new AppError('bad-request', `${why}\n\n${usage}`, { cause })
  }
}

function given(path: string | undefined): string | undefined {
  return path === undefined ? undefined : calledFrom(process.env, path)
}

function readHead(text: string): Head {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) throw new Error('--expect wants SEQ:HASH as printed earlier')
  return { seq: Number(seq), hash }
}

async function verify({ data, masterKeyFile, known }: Request): Promise<AuditVerdict> {
  const config = readConfig(process.env)
  const dataDir = data ?? config.dataDir
  const store = openStoreToRead(join(dataDir, databaseFile))
  try {
    const settings =
      masterKeyFile === undefined
        ? { ...config, dataDir }
        : { masterKey: undefined, masterKeyCommand: undefined, masterKeyFile, dataDir }
    const masterKey = await provenMasterKey(store, masterKeySource(settings))
    return await verifyChain({ store, headKey: auditHeadKey(masterKey), known })
  } finally {
    await store.destroy()
  }
}

function report(verdict: AuditVerdict): string {
  if (!verdict.ok)
    return `The audit is NOT whole (${verdict.problem} at ${verdict.seq}).\n${verdict.message}\n`
  const { seq, hash } = verdict.head
  return `The audit is whole: ${verdict.count} entries.\nhead ${seq}:${hash}\n`
}
