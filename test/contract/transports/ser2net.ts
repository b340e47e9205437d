import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, waitForTcp } from '../../lab/ports.ts'
import { startProcess } from '../../lab/process.ts'

export interface Ser2net {
  port: number
  close(): Promise<void>
}

/** A real terminal server with one port. `accepter` and `connector` are gensios as ser2net.yaml(5) has them, without the address. */
export async function startSer2net(options: { accepter: string; connector: string }): Promise<Ser2net> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-ser2net-'))
  const port = await freePort()
  const file = join(folder, 'ser2net.yaml')
  const yaml = [
    'connection: &line',
    `  accepter: ${options.accepter},127.0.0.1,${port}`,
    `  connector: ${options.connector}`,
    '  options:',
    '    mdns: false',
    // Whoever looked whether it listens may still be on its way out.
    '    max-connections: 4',
    '',
  ].join('\n')
  await writeFile(file, yaml)
  // -d keeps it in the foreground; -u: no lock files in /var/lock.
  const args = ['-d', '-u', '-c', file]
  const daemon = await startProcess({ command: 'ser2net', args })
  let ended = false
  void daemon.exited.then(() => {
    ended = true
  })
  const close = async () => {
    await daemon.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitForTcp(port, { gaveUp: () => (ended ? daemon.output() : undefined) })
  } catch (error) {
    await close()
    throw error
  }
  return { port, close }
}
