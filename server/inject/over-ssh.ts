import type { Clock } from '../base/clock.ts'
import type { Secret } from '../base/secret.ts'
import type { AgentCredential } from '../console/ssh/agent.ts'
import { algorithmsFor } from '../console/ssh/algorithms.ts'
import { askKeys, type KeyAnswer } from '../console/ssh/ask-keys.ts'
import { readPrivateKey } from '../console/ssh/key.ts'
import type { KeyQuestion } from '../console/ssh/key-questions.ts'
import { loginPinned, type PinnedOptions } from '../console/ssh/pinned.ts'
import { runProgram } from '../console/ssh/run-program.ts'
import { resolveTarget } from '../console/target.ts'
import { LinkError } from '../console/transport.ts'
import type { Runner } from './runner.ts'

/** A device as it is reached over SSH. No credential is sent before it has shown the pinned host key. */
export interface SshWay {
  host: string
  port: number
  username: string
  /** Its fingerprint, as `ssh-keygen -lf` prints it; nothing when nobody has accepted one. */
  hostKey: string | undefined
  password: Secret | undefined
  privateKey: Secret | undefined
  passphrase: Secret | undefined
  /** Instead of a private key. */
  agent?: AgentCredential | undefined
  /** Told when the host has shown that key. */
  met?: ((hostKey: string) => void) | undefined
  allowLocalTargets: boolean
  clock: Clock
  /** Bounds all of it: what hangs is ended. */
  signal: AbortSignal
}

/** How the login came about. */
export interface SshLoggedIn {
  /** The password was asked for, and was right. */
  byPassword: boolean
  /** Fingerprint of the agent's key that was let in. */
  agentKey: string | undefined
}

/** Logs in, lets `work` run programs there, and logs out. Rejects with LinkError. */
export async function overSsh<T>(
  way: SshWay,
  work: (runner: Runner, loggedIn: SshLoggedIn) => Promise<T>,
): Promise<T> {
  const options = await optionsOf(way)
  const connection = await loginPinned(options)
  try {
    const runner: Runner = {
      run: ({ common, text }) => runProgram(connection, options.target, `${common}\n${text}`),
    }
    return await work(runner, connection)
  } finally {
    await connection.close()
  }
}

/** Whether the device would let each key in for an account, asked without any private key. Rejects with LinkError. */
export async function askOverSsh(
  way: Omit<SshWay, 'password' | 'privateKey' | 'passphrase' | 'agent'>,
  keys: readonly KeyQuestion[],
): Promise<KeyAnswer[]> {
  const none = { password: undefined, privateKey: undefined, passphrase: undefined, agent: undefined }
  return await askKeys({ ...(await optionsOf({ ...way, ...none })), keys })
}

async function optionsOf(way: SshWay): Promise<PinnedOptions> {
  const { host, port, username, password, agent, hostKey, met, clock, signal, allowLocalTargets } = way
  return {
    address: await resolveTarget(host, { allowLocalTargets, signal }),
    port,
    target: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    username,
    key: await keyOf(way),
    password,
    agent,
    algorithms: algorithmsFor(false),
    allowSha1: false,
    pinned: hostKey,
    met,
    clock,
    signal,
  }
}

async function keyOf({ privateKey, passphrase, signal }: SshWay): Promise<PinnedOptions['key']> {
  if (privateKey === undefined) return undefined
  const reading = await readPrivateKey({ privateKey, passphrase, signal })
  if (reading.kind === 'key') return reading.key
  throw new LinkError(reading.cause)
}
