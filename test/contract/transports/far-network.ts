import { spawnSync } from 'node:child_process'
import { findProgram, type OwnedProcess, startProcess } from '../../lab/process.ts'

/** A host on a network of its own, one cable away: a network namespace and a veth pair. */
export interface FarHost {
  address: string
  port: number
  /** Pulls the cable: nothing says goodbye. */
  unplug(): void
  close(): Promise<void>
}

const program = findProgram('ip')

/** Why no such network can be made here, or nothing. */
export function farNetworkUnavailable(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, for a network namespace'
  if (program === undefined) return 'needs the program ip: apt-get install iproute2'
  const probe = `llp${process.pid}`
  if (spawnSync(program, ['netns', 'add', probe]).status !== 0)
    return 'needs a machine that makes network namespaces'
  spawnSync(program, ['netns', 'del', probe])
  return undefined
}

/** Starts a host that echoes what it gets on its TCP port. */
export async function startFarHost(): Promise<FarHost> {
  const name = `ll${process.pid}`
  // Of TEST-NET-2 (RFC 5737): nobody's, so nobody's route is in the way.
  const [ours, address, port] = [
    `198.51.100.${1 + (process.pid % 120) * 2}`,
    `198.51.100.${2 + (process.pid % 120) * 2}`,
    2300,
  ]
  ip(`netns add ${name}`)
  ip(`link add ${name}a type veth peer name ${name}b netns ${name}`)
  ip(`addr add ${ours} peer ${address} dev ${name}a`)
  ip(`link set ${name}a up`)
  ip(`-n ${name} addr add ${address} peer ${ours} dev ${name}b`)
  ip(`-n ${name} link set ${name}b up`)
  ip(`-n ${name} link set lo up`)
  const listen = `TCP-LISTEN:${port},bind=${address},reuseaddr,fork`
  const echo: OwnedProcess = await startProcess({
    command: 'ip',
    args: ['netns', 'exec', name, 'socat', '-d', '-d', listen, 'PIPE'],
  })
  await echo.waitFor(/listening on/)
  return {
    address,
    port,
    unplug: () => ip(`-n ${name} link set ${name}b down`),
    close: async () => {
      for (const pid of ip(`netns pids ${name}`).split('\n').filter(Boolean)) {
        process.kill(Number(pid), 'SIGKILL')
      }
      await echo.close()
      ip(`link del ${name}a`)
      ip(`netns del ${name}`)
    },
  }
}

function ip(args: string): string {
  const { status, stdout, stderr } = spawnSync(program ?? 'ip', args.split(' '), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args}: ${stderr}`)
  return stdout
}
