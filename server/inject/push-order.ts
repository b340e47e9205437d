import type { Secret } from '../base/secret.ts'
import type { PushInput } from '../contract/pushes.ts'

/** What was ordered, as it is kept: all but the password. */
export interface PushOrder {
  act: 'add' | 'remove' | 'read'
  dryRun: boolean
  /** Devices, projects and tags as they were named. */
  devices: string[]
  projects: string[]
  /** Absent in orders of before there were tags. */
  tags?: string[] | undefined
  /** Fingerprints; absent: all that are handed out. */
  keys?: string[] | undefined
  /** Fingerprints; absent in orders of before there was this. */
  widen?: string[] | undefined
  withOptions: boolean
  allowLast: boolean
  account: string
  login: string
  /** The login becomes root by sudo; absent in orders of before there was this. */
  sudo?: boolean | undefined
  way: NonNullable<PushInput['way']>
  port: number
  /** By device, fingerprints that the caller accepts. */
  hostKeys: Record<string, string>
  session: 'refuse' | 'use'
  /** Absent in orders of before there was this. */
  agent?: boolean | undefined
  password: 'nowhere' | 'vault' | 'given'
  /** The given one is to be kept in the vault. */
  keepPassword: boolean
}

/** The password of one push: held while it is under way, and nowhere else. */
export type PasswordSource =
  | { from: 'nowhere' | 'vault' }
  | { from: 'given'; password: Secret; keep: boolean }

export const keeps = (password: PasswordSource): boolean => password.from === 'given' && password.keep
