import type { Clock } from '../base/clock.ts'
import type { Secret } from '../base/secret.ts'
import type { AgentCredential } from '../console/ssh/agent.ts'
import type { KeyQuestion } from '../console/ssh/key-questions.ts'
import { LinkError } from '../console/transport.ts'
import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import type { FoundKey, PushDeviceResult, PushedKey } from '../contract/pushes.ts'
import type { Rewriter } from '../contract/rewriters.ts'
import { type Acted, actOnDevice, type DeviceAct } from './device-act.ts'
import { deviceText } from './device-text.ts'
import { foundKeys } from './found-keys.ts'
import { type ConsoleWay, overConsole } from './over-console.ts'
import { overSsh, type SshWay } from './over-ssh.ts'
import { shownSum } from './program/sum.ts'
import { type Proof, prove } from './proof.ts'
import type { Wrote } from './push.ts'
import { summaryOf } from './push-words.ts'
import { refusalReasons, rootBarred } from './reasons.ts'
import { rewriterOf } from './rewriter.ts'
import { type Runner, withSudo } from './runner.ts'
import { type Choice, waysTo } from './ways.ts'

/** What is wanted of one device. */
export interface DeviceOrder {
  what: DeviceAct
  way: 'auto' | 'ssh' | 'console'
  login: { user: string; password: Secret | undefined; session: 'refuse' | 'use' }
  /** The login becomes root by sudo, without a password. */
  sudo: boolean
  /** Over SSH, before the password. */
  agent: AgentCredential | undefined
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
  /** It opened the device. */
  passwordWorked(): void
  /** The device's SSH server has shown that host key, to a login or a proof. */
  metHost(hostKey: string): void
  /** That key of the agent has logged in. */
  loggedInBy(agentKey: string): void
  chosen(choice: Choice): void
}

export interface DeviceOutcome {
  result: PushDeviceResult
  message: string
  /** The host key, `type base64`, where it was read on the console: out of band. */
  hostKeyHeard: string | undefined
  /** The program that is known to write the file anew. */
  rewriter: Rewriter | undefined
  /** What was found of the keys that were looked for. */
  seen: FoundKey[]
}

/** All of what is done to one device takes no longer than this over SSH. */
const sshMs = 120_000

/**
 * Does what is wanted on one device, and asks its SSH server whether it takes the keys. Rejects with LinkError when there is no way to it,
 * with Stopped when it was stopped on the console, else with AppError.
 */
export async function pushToDevice(order: DeviceOrder, place: DevicePlace): Promise<DeviceOutcome> {
  let metKey: string | null = null
  const metHost = (shown: string) => {
    metKey = shown
    place.metHost(shown)
  }
  const at = { ...place, metHost }
  const choices = waysTo({
    wanted: order.way,
    address: at.address,
    hasPassword: order.login.password !== undefined,
    hasAgent: order.agent !== undefined,
    hostKeyKnown: at.hostKey !== undefined,
  })
  const { done, left, typed, choice, loginKey } = await goOneOf(choices, order, at)
  const hostKeyHeard = choice.way === 'console' ? done.report.hostKey : undefined
  const seen = foundKeys(done.report, done.plan.files, at.clock.now())
  const hostKey = hostKeyHeard === undefined ? at.hostKey : fingerprintOf(hostKeyHeard)
  const keys = await proved(done, order, { ...at, hostKey })
  const result = {
    ...choice,
    hostKey: metKey,
    loginKey,
    cause: null,
    keys,
    wrote: done.wrote === undefined ? null : shownWrite(done.wrote),
    changes: done.changes,
    passedOver: done.plan.files.passedOver.map(({ entry, why }) => ({ entry: deviceText(entry), why })),
    found: done.whole ? seen : null,
    typed,
  }
  const message = [summaryOf(keys), done.note, left].filter((words) => words !== '').join(' ')
  const rewriter = rewriterOf(done.report, done.plan.files)
  return { result, message, hostKeyHeard, rewriter, seen }
}

interface Gone {
  done: Acted
  choice: Choice
  left: string
  typed: number
  loginKey: string | null
}

const shownWrite = ({ path, before, after, sumBefore, sumAfter, tightened }: Wrote) => ({
  before,
  after,
  path: deviceText(path),
  sumBefore: shownSum(sumBefore),
  sumAfter: shownSum(sumAfter),
  tightened: tightened.map((path) => deviceText(path)),
})

/** A second way is for when the first cannot be gone at all: nothing was done there yet. */
async function goOneOf([choice, next]: Choice[], order: DeviceOrder, at: DevicePlace): Promise<Gone> {
  if (choice === undefined) throw new Error('There is always a way to try.')
  at.chosen(choice)
  if (choice.way === 'console') return { choice, ...(await goOverConsole(order, at)) }
  let begun = false
  let loginKey: string | null = null
  try {
    at.tell(`Logging in over SSH as ${order.login.user}.`)
    const done = await overSsh(sshWay(order, at), (runner, { byPassword, agentKey }) => {
      begun = true
      if (byPassword) at.passwordWorked()
      if (agentKey !== undefined) at.loggedInBy(agentKey)
      loginKey = agentKey ?? null
      at.tell('Working over SSH.')
      return actOnDevice(asOrdered(runner, order), order.what, { now: at.clock.now(), whole: true })
    })
    return { choice, done, left: '', typed: 0, loginKey }
  } catch (error) {
    if (!(error instanceof LinkError) || begun || next === undefined || at.signal.aborted) throw error
    return goOneOf([{ ...next, why: `${next.why.slice(0, -1)}: ${error.reason.message}` }], order, at)
  }
}

async function goOverConsole(order: DeviceOrder, at: DevicePlace): Promise<Omit<Gone, 'choice'>> {
  const way = { ...at.console, login: order.login, signal: at.signal, tell: at.tell }
  const work = (runner: Runner, byPassword: boolean) => {
    if (byPassword) at.passwordWorked()
    return actOnDevice(asOrdered(runner, order), order.what, { now: at.clock.now(), whole: false })
  }
  const { value, left, typed } = await overConsole(way, work)
  return { done: value, left, typed, loginKey: null }
}

const asOrdered = (runner: Runner, { sudo }: DeviceOrder) => (sudo ? withSudo(runner) : runner)

function sshWay({ port, login, agent }: DeviceOrder, at: DevicePlace): SshWay {
  return {
    host: at.address ?? '',
    port,
    username: login.user,
    hostKey: at.hostKey,
    met: at.metHost,
    password: login.password,
    privateKey: undefined,
    passphrase: undefined,
    agent,
    allowLocalTargets: at.allowLocalTargets,
    clock: at.clock,
    signal: AbortSignal.any([at.signal, AbortSignal.timeout(sshMs)]),
  }
}

/** A key that is refused is said why, by the settings that were read on the device. */
async function proved(
  { keys, plan, report }: Acted,
  order: DeviceOrder,
  at: DevicePlace,
): Promise<PushedKey[]> {
  const { account, act, dryRun } = order.what
  const asked = act === 'read' || dryRun ? [] : keys.flatMap(({ asked }) => asked ?? [])
  if (asked.length > 0) at.tell('Asking the SSH server whether it takes the keys.')
  const way = at.address === null ? undefined : { ...sshWay(order, at), username: account }
  const proofs = new Map((await prove(way, asked)).map((proof, index) => [asked[index], proof]))
  return keys.map(({ shown, asked }) => {
    const answer = proofs.get(asked) ?? notAsked
    if (asked === undefined || act === 'remove') return { ...shown, ...answer }
    return { ...shown, ...explained(answer, { plan, report, account, key: asked, shown }) }
  })
}

interface Explaining extends Pick<Acted, 'plan' | 'report'> {
  account: string
  key: KeyQuestion
  shown: Pick<PushedKey, 'line'>
}

/** A refusal with its reasons, also one that the server does not speak of when it is asked. */
function explained(answer: Proof, { plan, report, account, key, shown }: Explaining): Proof {
  const { settings, files } = plan
  if (answer.proof === 'refused')
    return { proof: 'refused', reasons: refusalReasons({ report, settings, account, key }) }
  if (answer.proof !== 'accepted' || files.server !== 'openssh') return answer
  const held = /command=/i.test(shown.line?.options ?? '')
  const reasons = rootBarred({ report, settings }, { held })
  return reasons.length > 0 ? { proof: 'refused', reasons } : answer
}

function fingerprintOf(line: string): string {
  return sha256Fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64'))
}

const notAsked: Proof = { proof: 'not-asked', reasons: [] }
