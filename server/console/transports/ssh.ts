import { systemClock } from '../../base/clock.ts'
import { abortedCause } from '../causes.ts'
import { algorithmsFor } from '../ssh/algorithms.ts'
import { listen, openChannel } from '../ssh/channel.ts'
import type { SshConnection } from '../ssh/connection.ts'
import { readPrivateKey } from '../ssh/key.ts'
import { SshLink } from '../ssh/link.ts'
import { loginPinned, type PinnedOptions } from '../ssh/pinned.ts'
import { presetFor } from '../ssh/presets.ts'
import { startConsole } from '../ssh/start-console.ts'
import { resolveTarget } from '../target.ts'
import { type Link, LinkError, type OpenRequest, type Transport } from '../transport.ts'

/** A console behind SSH: a BMC's command line, a console server's port, or a program on a host that joins one. */
export const sshTransport: Transport<'ssh'> = {
  kind: 'ssh',
  async open(request) {
    const { config } = request
    const target = config.host.includes(':')
      ? `[${config.host}]:${config.port}`
      : `${config.host}:${config.port}`
    const connection = await loginPinned(await loginOptions(request, target))
    try {
      return await openConsole(connection, request, target)
    } catch (error) {
      await connection.close()
      throw error
    }
  },
}

async function loginOptions(request: OpenRequest<'ssh'>, target: string): Promise<PinnedOptions> {
  const { config, secrets, signal, allowLocalTargets } = request
  return {
    address: await resolveTarget(config.host, { allowLocalTargets, signal }),
    port: config.port,
    target,
    username: config.username,
    key: await keyOf(request, target),
    password: secrets.password,
    algorithms: algorithmsFor(config.legacyAlgorithms),
    allowSha1: config.legacyAlgorithms,
    pinned: config.hostKey,
    clock: systemClock,
    signal,
  }
}

async function keyOf({ secrets, signal }: OpenRequest<'ssh'>, target: string): Promise<PinnedOptions['key']> {
  if (secrets.privateKey === undefined) return undefined
  const { privateKey, passphrase } = secrets
  const reading = await readPrivateKey({ privateKey, passphrase, signal })
  if (reading.kind === 'key') return reading.key
  throw new LinkError(signal.aborted ? abortedCause(target) : reading.cause)
}

async function openConsole(
  connection: SshConnection,
  request: OpenRequest<'ssh'>,
  target: string,
): Promise<Link> {
  const { events, config } = request
  const preset = presetFor(config)
  const { terminal, start } = preset
  const command = start.how === 'run' ? preset.command : undefined
  const channel = await openChannel(connection, { target, terminal, command })
  listen(channel, events.data)
  if (start.how === 'type') {
    const name = `${preset.name} at ${target}`
    await connection.outlives(startConsole({ channel, start, name, clock: systemClock }))
  }
  connection.handOver()
  return new SshLink({ connection, channel, preset, target, events, clock: systemClock })
}
