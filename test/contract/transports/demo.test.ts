import { expect } from 'vitest'
import { demoTransport } from '../../../server/console/transports/demo.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { type FarEnd, transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'
import type { Opened } from './opened.ts'

const box = { transport: demoTransport, config: { kind: 'demo', scene: 'box' } as const }

/** The box's own shell becomes a pipe to the test: what is typed arrives there, and what the test says is printed. */
transportContract('demo box', {
  start: async (): Promise<FarEnd<'demo'>> => {
    const device = await startDeviceSocket()
    let opened: Opened | undefined
    return farEndAt(device, box, {
      ready: async (link) => {
        opened = link
        await logIn(link)
        link.link.write(
          Buffer.from(`stty raw -echo; echo ready; exec socat STDIO UNIX-CONNECT:${device.path}\r`),
        )
        await expect.poll(() => link.printed().toString()).toMatch(/^ready\r?\n/m)
        await device.joined()
      },
      breakKey: 'h',
      breaks: () =>
        opened
          ?.printed()
          .toString('latin1')
          .match(/sysrq: HELP/g)?.length ?? 0,
    })
  },
  refusals: [],
  second: 'a line of its own',
  breakSupported: true,
})

async function logIn({ link, printed }: Opened): Promise<void> {
  const says = (text: RegExp) => expect.poll(() => printed().toString(), { timeout: 10_000 }).toMatch(text)
  await says(/login: $/)
  link.write(Buffer.from('root\r'))
  await says(/Password: $/)
  link.write(Buffer.from('lifeline\r'))
  await says(/# $/)
}
