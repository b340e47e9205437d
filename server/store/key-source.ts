import { join } from 'node:path'
import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import { outputOf } from './key-command.ts'
import { readKeyFile } from './key-file.ts'
import { type MasterKey, parseMasterKey } from './master-key.ts'

/** Where the master key comes from. */
export type MasterKeySource =
  | { kind: 'file'; path: string }
  | { kind: 'value'; value: Secret }
  /** Program and arguments, no shell. It prints the key. */
  | { kind: 'command'; argv: readonly string[] }

/** The settings of the same names; at most one of the three is given, else the key is `master.key` in the data folder. */
export interface MasterKeySettings {
  masterKey: Secret | undefined
  masterKeyFile: string | undefined
  masterKeyCommand: readonly string[] | undefined
  dataDir: string
}

export function masterKeySource(settings: MasterKeySettings): MasterKeySource {
  const { masterKey, masterKeyFile, masterKeyCommand, dataDir } = settings
  if (masterKey !== undefined) return { kind: 'value', value: masterKey }
  if (masterKeyCommand !== undefined) return { kind: 'command', argv: masterKeyCommand }
  return { kind: 'file', path: masterKeyFile ?? join(dataDir, 'master.key') }
}

/** How messages call a source. */
export function nameOf(source: MasterKeySource): string {
  if (source.kind === 'file') return `the file ${source.path}`
  return source.kind === 'value' ? 'the setting master_key' : `the command ${source.argv[0]}`
}

/**
 * Reads the key. Undefined only when the source is a file that does not exist.
 * @throws AppError `wrong-master-key` in words, when it cannot be had or is no key; never with any part of it.
 */
export async function readMasterKey(source: MasterKeySource): Promise<MasterKey | undefined> {
  const text = await textOf(source)
  if (text === undefined) return undefined
  const key = parseMasterKey(text)
  if (key !== undefined) return key
  throw new AppError(
    'wrong-master-key',
    `What came from ${nameOf(source)} is not a master key: that is 32 bytes as base64 (44 characters) or as 64 hexadecimal ` +
      'digits. Nothing was changed. Put back the right one, or make a new one for a new installation: openssl rand -base64 32',
  )
}

async function textOf(source: MasterKeySource): Promise<Secret | undefined> {
  if (source.kind === 'file') return readKeyFile(source.path)
  return source.kind === 'value' ? source.value : outputOf(source.argv)
}
