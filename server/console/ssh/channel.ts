import type { Client, ClientChannel } from 'ssh2'
import type { Cause } from '../../contract/line.ts'
import { LinkError } from '../transport.ts'
import type { SshConnection } from './connection.ts'

export interface ChannelRequest {
  target: string
  terminal: 'raw' | 'person'
  command: string | undefined
}

/** Asks for a terminal with a shell, or with a command in the shell's place. Rejects with LinkError. */
export async function openChannel(
  connection: SshConnection,
  request: ChannelRequest,
): Promise<ClientChannel> {
  const { target, command, terminal } = request
  const given = await connection.outlives(ask(connection.client, { command, terminal }))
  if (!(given instanceof Error)) return given
  if (!/pseudo-terminal/.test(given.message)) throw new LinkError(refused(target, given))
  // As OpenSSH does: who gives no terminal may still give the console.
  const bare = await connection.outlives(ask(connection.client, { command, terminal: 'none' }))
  if (bare instanceof Error) throw new LinkError(refused(target, bare))
  return bare
}

/** What the far end's program says on its standard error is as much of the console as the rest. */
export function listen(channel: ClientChannel, data: (bytes: Uint8Array) => void): void {
  channel.on('data', data)
  channel.stderr.on('data', data)
}

function ask(
  client: Client,
  request: { terminal: 'raw' | 'person' | 'none'; command: string | undefined },
): Promise<ClientChannel | Error> {
  const { terminal, command } = request
  const pty = { term: 'vt100', cols: 80, rows: 24, width: 0, height: 0, modes: terminalModes(terminal) }
  return new Promise((resolve) => {
    const done = (error: Error | undefined, channel: ClientChannel) => resolve(error ?? channel)
    try {
      if (command !== undefined) client.exec(command, terminal === 'none' ? {} : { pty }, done)
      else client.shell(terminal === 'none' ? false : pty, done)
    } catch (error) {
      resolve(error instanceof Error ? error : new Error('no channel'))
    }
  })
}

/** RFC 4254 section 8. Raw: nothing is echoed, changed, held until a line ends, or taken for a signal or flow control. */
function terminalModes(terminal: 'raw' | 'person' | 'none') {
  const speed = { TTY_OP_ISPEED: 115_200, TTY_OP_OSPEED: 115_200 }
  if (terminal !== 'raw') return speed
  const input = { IGNPAR: 0, PARMRK: 0, INPCK: 0, ISTRIP: 0, INLCR: 0, IGNCR: 0, ICRNL: 0, IUCLC: 0 } as const
  const flow = { IXON: 0, IXANY: 0, IXOFF: 0 } as const
  const local = {
    ISIG: 0,
    ICANON: 0,
    ECHO: 0,
    ECHOE: 0,
    ECHOK: 0,
    ECHONL: 0,
    IEXTEN: 0,
    ECHOCTL: 0,
    ECHOKE: 0,
  } as const
  const output = { OPOST: 0, ONLCR: 0, CS8: 1, PARENB: 0 } as const
  return { ...input, ...flow, ...local, ...output, ...speed }
}

const resourceShortage = 4

function refused(target: string, error: Error & { reason?: unknown }): Cause {
  if (error.reason === resourceShortage) {
    return {
      code: 'busy',
      message: `${target} has no session left. End another one, or wait until one ends.`,
    }
  }
  return {
    code: 'not-allowed',
    message: `${target} accepted the login but gave no session. Is this user allowed a shell or this command there?`,
  }
}
