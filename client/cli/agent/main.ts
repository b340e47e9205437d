import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import type { Push } from '../../../server/contract/pushes.ts'
import type { SshPasswordChange } from '../../../server/contract/ssh-password.ts'
import { fingerprintOf } from './fingerprint.ts'
import { Gateway } from './gateway.ts'
import type { Rules } from './judge.ts'
import { knownHostKeys } from './known-hosts.ts'
import { type Options, readOptions, usage } from './options.ts'
import { Relay } from './relay.ts'
import { shown } from './shown.ts'
import { keysOf } from './ssh-agent.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

/** Answers whether every device came to its end. */
async function run(options: Options): Promise<boolean> {
  if (http.WebSocket === undefined) throw new Error('This needs Node.js 24 or newer.')
  const path = process.env.SSH_AUTH_SOCK
  if (!path)
    throw new Error(
      'There is no ssh agent: SSH_AUTH_SOCK is not set. eval "$(ssh-agent)" and ssh-add start one.',
    )
  await demandKeys(path, options.keys)
  const knownHosts = options.knownHosts && knownHostKeys(await readFile(options.knownHosts, 'utf8'))
  const gateway = new Gateway(options.url, await tokenOf(options))
  const rules = { keys: options.keys, knownHosts: knownHosts || undefined }
  const { rootPassword } = options
  if (rootPassword !== undefined) {
    say(await attach(gateway, { to: { rootPassword }, path, rules: { ...rules, login: 'root' } }))
    return toldOfPassword(await gateway.rootPassword(rootPassword))
  }
  const { push, login } = await pushOf(gateway, options)
  say(await attach(gateway, { to: { push: push.id }, path, rules: { ...rules, login } }))
  return told(await gateway.push(push.id))
}

/** Rejects with Error when there is none that may be used. */
async function demandKeys(path: string, named: readonly string[]): Promise<void> {
  const held = (await keysOf(path)).map(({ blob }) => fingerprintOf(blob))
  if (held.length === 0) {
    throw new Error(
      'Your ssh agent has no key, or it is locked: ssh-add FILE adds one, ssh-add -X unlocks it.',
    )
  }
  const missing = named.find((key) => !held.includes(key))
  if (missing !== undefined)
    throw new Error(`Your ssh agent does not have the key ${missing}. ssh-add -l shows those it has.`)
}

async function tokenOf({ tokenFile }: Options): Promise<string> {
  const token = tokenFile === undefined ? process.env.LIFELINE_TOKEN : await readFile(tokenFile, 'utf8')
  if (token?.trim()) return token.trim()
  throw new Error('There is no API token: put it into LIFELINE_TOKEN, or name a file with --token-file.')
}

/** The push, and who is to log in, where that was not told by the gateway alone. */
async function pushOf(
  gateway: Gateway,
  { push, order }: Options,
): Promise<{ push: Push; login: string | undefined }> {
  if (order === undefined) return { push: await gateway.push(push ?? ''), login: undefined }
  const wanted = JSON.parse(order === '-' ? await text(process.stdin) : await readFile(order, 'utf8'))
  const ordered = await gateway.order(JSON.stringify({ ...wanted, agent: true }))
  return { push: ordered, login: wanted.login ?? wanted.account ?? 'root' }
}

/** Until what it is attached to is over. Answers the gateway's last words. */
async function attach(
  gateway: Gateway,
  { to, path, rules }: { to: Parameters<Gateway['attach']>[0]; path: string; rules: Rules },
): Promise<string> {
  const what = 'push' in to ? `push ${shown(to.push)}` : `new root password of ${shown(to.rootPassword)}`
  let relay: Relay | undefined
  try {
    return await gateway.attach(to, {
      opened(send) {
        relay = new Relay({ path, rules, send, say })
        say(`Attached to the ${what}. Leave this running; Ctrl-C takes the agent away.`)
      },
      frame: (bytes) => void relay?.received(bytes),
      told: (message) => relay?.told(message),
    })
  } finally {
    relay?.close()
  }
}

function told({ devices }: Push): boolean {
  for (const { name, state, message } of devices) say(`${shown(name)}: ${state}. ${shown(message)}`)
  return devices.every(({ state }) => state === 'done')
}

function toldOfPassword(change: SshPasswordChange | null): boolean {
  if (change !== null) say(`${change.state}. ${shown(change.message)}`)
  return change?.state === 'done'
}

async function main(args: string[]): Promise<number> {
  if (args.length === 0 || args.includes('--help')) {
    say(usage)
    return args.length === 0 ? 2 : 0
  }
  try {
    return (await run(readOptions(args))) ? 0 : 1
  } catch (error) {
    process.stderr.write(`lifeline-agent: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
