import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, pollPause } from '../../lab/ports.ts'
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
    // One that is just leaving must not keep the next one out.
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
  while (!(await listens(port))) {
    if (ended) {
      await close()
      throw new Error(`ser2net ended: ${daemon.output()}`)
    }
    await pollPause()
  }
  return { port, close }
}

/** Looks without connecting: a connection would open the line behind it, and ser2net is a while closing that again. */
async function listens(port: number): Promise<boolean> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return (await readFile('/proc/net/tcp', 'latin1')).includes(`:${hex} 00000000:0000 0A`)
}
