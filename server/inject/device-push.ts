import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import { LinkError } from '../console/transport.ts'
import type { PushDeviceResult, PushedKey } from '../contract/pushes.ts'
import { deviceText } from './device-text.ts'
import { foundKeys } from './found-keys.ts'
import { type ConsoleWay, overConsole } from './over-console.ts'
import { overSsh, type SshWay } from './over-ssh.ts'
import type { Plan, PushKey } from './plan.ts'
import type { Report } from './program/report.ts'
import { prove } from './proof.ts'
import { planOnDevice, pushKeys, type Wrote } from './push.ts'
import { notAsked, plannedKey, pushedKey } from './push-result.ts'
import { refusalReasons } from './reasons.ts'
import type { Runner } from './runner.ts'
import { type Choice, waysTo } from './ways.ts'

/** What is wanted of one device. */
export interface DeviceOrder {
  act: 'add' | 'read'
  dryRun: boolean
  account: string
  keys: readonly PushKey[]
  way: 'auto' | 'ssh' | 'console'
  login: { user: string; password: Secret | undefined; session: 'refuse' | 'use' }
  port: number
}

/** Where it is, and who listens. */
export interface DevicePlace {
  address: string | null
  allowLocalTargets: boolean
  /** Fingerprint of the host key that somebody has accepted, or that was heard out of band. */
  hostKey: string | undefined
  console: Pick<ConsoleWay, 'jobs' | 'place' | 'seated'>
  clock: Clock
  signal: AbortSignal
  tell(message: string): void
  chosen(choice: Choice): void
}

export interface DeviceOutcome extends Omit<PushDeviceResult, 'cause'> {
  message: string
  /** Fingerprint of the host key, where it was read on the console: out of band. */
  hostKeyHeard: string | undefined
}

/** All of what is done to one device takes no longer than this over SSH. */
const sshMs = 120_000

/**
 * Does what is wanted on one device, and asks its SSH server whether it takes the keys. Rejects with LinkError when there is no way to it,
 * with Stopped when it was stopped on the console, else with AppError.
 */
export async function pushToDevice(order: DeviceOrder, at: DevicePlace): Promise<DeviceOutcome> {
  const choices = waysTo({
    wanted: order.way,
    address: at.address,
    hasPassword: order.login.password !== undefined,
    hostKeyKnown: at.hostKey !== undefined,
  })
  const { done, left, typed, choice } = await goOneOf(choices, order, at)
  const hostKeyHeard = choice.way === 'console' ? done.report.hostKey : undefined
  const keys = await proved(done, order, { ...at, hostKey: hostKeyHeard ?? at.hostKey })
  return {
    ...choice,
    hostKeyHeard,
    keys,
    wrote: shownWrite(done.wrote),
    found: done.whole ? foundKeys(done.report, done.plan.files, at.clock.now()) : null,
    typed,
    message: [summaryOf(keys, order), left].filter((words) => words !== '').join(' '),
  }
}

interface Done {
  plan: Plan
  report: Report
  keys: PushedKey[]
  wrote: Wrote | undefined
  whole: boolean
}

interface Gone {
  done: Done
  choice: Choice
  left: string
  typed: number
}

function shownWrite(wrote: Wrote | undefined): DeviceOutcome['wrote'] {
  if (wrote === undefined) return null
  return {
    ...wrote,
    path: deviceText(wrote.path),
    tightened: wrote.tightened.map((path) => deviceText(path)),
  }
}

/** A second way is for when the first cannot be gone at all: nothing was done there yet. */
async function goOneOf([choice, next]: Choice[], order: DeviceOrder, at: DevicePlace): Promise<Gone> {
  if (choice === undefined) throw new Error('There is always a way to try.')
  at.chosen(choice)
  if (choice.way === 'console') return { choice, ...(await goOverConsole(order, at)) }
  let begun = false
  try {
    at.tell(`Logging in over SSH as ${order.login.user}.`)
    const done = await overSsh(sshWay(order, at), (runner) => {
      begun = true
      at.tell('Working over SSH.')
      return perform(runner, order, at, true)
    })
    return { choice, done, left: '', typed: 0 }
  } catch (error) {
    if (!(error instanceof LinkError) || begun || next === undefined || at.signal.aborted) throw error
    return goOneOf([{ ...next, why: `${next.why.slice(0, -1)}: ${error.reason.message}` }], order, at)
  }
}

async function goOverConsole(order: DeviceOrder, at: DevicePlace): Promise<Omit<Gone, 'choice'>> {
  const way = { ...at.console, login: order.login, signal: at.signal, tell: at.tell }
  const work = (runner: Runner) => perform(runner, order, at, order.act === 'read')
  const { value, left, typed } = await overConsole(way, work)
  return { done: value, left, typed }
}

function sshWay({ port, login }: DeviceOrder, at: DevicePlace): SshWay {
  return {
    host: at.address ?? '',
    port,
    username: login.user,
    hostKey: at.hostKey,
    password: login.password,
    privateKey: undefined,
    passphrase: undefined,
    allowLocalTargets: at.allowLocalTargets,
    clock: at.clock,
    signal: AbortSignal.any([at.signal, AbortSignal.timeout(sshMs)]),
  }
}

async function perform(
  runner: Runner,
  { act, dryRun, account, keys }: DeviceOrder,
  { clock }: DevicePlace,
  whole: boolean,
): Promise<Done> {
  const request = { runner, account, keys: act === 'read' ? [] : keys, now: clock.now(), whole }
  if (act === 'read' || dryRun) {
    const { planning, report } = await planOnDevice(request)
    if (planning.kind !== 'plan')
      throw new AppError('push-failed', planning.kind === 'refused' ? planning.why : moved)
    const { plan } = planning
    return { plan, report, keys: plan.keys.map(plannedKey), wrote: undefined, whole }
  }
  const outcome = await pushKeys(request)
  if (outcome.kind === 'refused') throw new AppError('push-failed', outcome.why)
  return { ...outcome, keys: outcome.keys.map((key) => pushedKey(key, notAsked)), whole }
}

/** A key that is refused is said why, by the settings that were read on the device. */
async function proved(done: Done, order: DeviceOrder, at: DevicePlace): Promise<PushedKey[]> {
  const { keys, plan, report } = done
  if (order.act === 'read' || order.dryRun) return keys
  at.tell('Asking the SSH server whether it takes the keys.')
  const { account } = order
  const way = at.address === null ? undefined : { ...sshWay(order, at), username: account }
  const proofs = await prove(
    way,
    plan.keys.map(({ key }) => key),
  )
  return keys.map((key, index) => {
    const { proof, reasons } = proofs[index] ?? notAsked
    const asked = plan.keys[index]?.key
    const settings = plan.settings
    const why =
      proof === 'refused' && asked !== undefined
        ? refusalReasons({ report, settings, account, key: asked })
        : reasons
    return { ...key, proof, reasons: why }
  })
}

function summaryOf(keys: readonly PushedKey[], { act }: DeviceOrder): string {
  if (act === 'read') return 'The keys were read.'
  const count = (result: PushedKey['result'], words: string) => {
    const of = keys.filter((key) => key.result === result).length
    return of === 0 ? [] : [`${of} ${words}`]
  }
  const parts = [
    ...count('added', 'added'),
    ...count('would-add', 'to be added'),
    ...count('present', 'already there'),
    ...count('restricted', 'there with restrictions, and left so'),
    ...count('is-ca', 'there as a certificate authority, and left so'),
    ...count('ineffective', 'there in a line that the server refuses, and left so'),
  ]
  return `${parts.join(', ')}.`
}

const moved =
  'The device names other files of keys each time it is asked. Is its configuration being changed right now?'
