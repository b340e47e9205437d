import { type Push, type PushInput, pushInput } from '../../../server/contract/pushes.ts'
import { type Checked, check } from '../api/check.ts'

/** As the form has them. */
export interface PushValues {
  /** Fingerprints; `all` that a device hands out. */
  keys: 'all' | string[]
  /** Of the keys, those that are let in without the restrictions they stand with. */
  widen: string[]
  account: string
  /** Who logs in; empty: the account itself. */
  login: string
  /** Who logs in becomes root by sudo: nothing where that is root. */
  sudo: boolean
  way: 'auto' | 'ssh' | 'console'
  port: number | string
  from: 'given' | 'vault' | 'agent' | 'nowhere'
  password: string
  /** The typed one is to be kept as the server's root password. */
  keep: boolean
  useSession: boolean
  /** To remove: lines with options too; also the last key that lets anybody in. */
  withOptions: boolean
  allowLast: boolean
}

export const firstValues: PushValues = {
  keys: 'all',
  widen: [],
  account: 'root',
  login: '',
  sudo: false,
  way: 'auto',
  port: 22,
  from: 'given',
  password: '',
  keep: false,
  useSession: false,
  withOptions: false,
  allowLast: false,
}

export interface PushPlan {
  act: Push['act']
  dryRun: boolean
  devices: string[]
}

/** What is sent, or what is wrong with it by the path of its field. */
export function requestOf(values: PushValues, { act, dryRun, devices }: PushPlan): Checked<PushInput> {
  const { keys, widen, account, login, sudo, way, port, from, password, keep, useSession } = values
  const { withOptions, allowLast } = values
  const asRoot = (login.trim() || account.trim()) === 'root'
  return check(pushInput, {
    act,
    dryRun,
    devices,
    ...(keys === 'all' || act === 'read' ? {} : { keys }),
    widen,
    account: account.trim(),
    ...(login.trim() === '' ? {} : { login: login.trim() }),
    sudo: sudo && !asRoot,
    way,
    port,
    session: useSession ? 'use' : 'refuse',
    ...credentialOf({ from, password, keep: keep && asRoot }),
    ...(act === 'remove' ? { withOptions, allowLast } : {}),
  })
}

/** What logs in. */
export function credentialOf({ from, password, keep }: Pick<PushValues, 'from' | 'password' | 'keep'>) {
  if (from === 'agent') return { agent: true, password: { from: 'nowhere' } }
  return { password: from === 'given' ? { from, password, keep } : { from } }
}
