import type { ClientChannel } from 'ssh2'
import { LinkError } from '../transport.ts'
import type { SshConnection } from './connection.ts'

/** Far more than any report; whoever prints more is not running our program. */
const outputLimit = 4 * 1024 * 1024

/**
 * Runs a program text in `/bin/sh` at the far end, whatever the login shell is, and answers what it printed (latin1). The text goes to
 * its standard input, so that no process list shows it. Rejects with LinkError when the connection ends first.
 */
export async function runProgram(connection: SshConnection, target: string, text: string): Promise<string> {
  const channel = await connection.outlives(execute(connection, target))
  const printed = collect(channel, target)
  channel.end(Buffer.from(text, 'latin1'))
  return await connection.outlives(printed)
}

function execute({ client }: SshConnection, target: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec('exec /bin/sh', (error, channel) => {
      if (error === undefined) resolve(channel)
      else reject(new LinkError(refused(target), { cause: error }))
    })
  })
}

function collect(channel: ClientChannel, target: string): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    channel.on('data', (piece: Buffer) => {
      size += piece.length
      if (size <= outputLimit) pieces.push(piece)
      else {
        channel.close()
        reject(new LinkError(tooMuch(target)))
      }
    })
    channel.stderr.resume()
    channel.on('error', () => undefined)
    channel.on('close', () => resolve(Buffer.concat(pieces).toString('latin1')))
  })
}

const refused = (target: string) => ({
  code: 'not-allowed' as const,
  message: `${target} let us in but runs no program for this account. It may be for file transfer only, or restricted to one command.`,
})

const tooMuch = (target: string) => ({
  code: 'protocol' as const,
  message: `${target} printed without end instead of a report. Does the account run another program at login?`,
})
