import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tcpTransport } from '../../../server/console/transports/tcp.ts'
import { telnetTransport } from '../../../server/console/transports/telnet.ts'
import type { Cause } from '../../../server/contract/line.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { type FarHost, farNetworkUnavailable, startFarHost } from './far-network.ts'
import { type Opened, open, typeUntilTold } from './opened.ts'

const unavailable = farNetworkUnavailable()

describe.skipIf(unavailable)(
  `a far end that dies without a word${unavailable ? ` (${unavailable})` : ''}`,
  () => {
    let far: FarHost
    const owned: Opened[] = []

    beforeAll(async () => {
      far = await startFarHost()
    })

    afterAll(async () => {
      for (const opened of owned) await opened.close()
      await far.close()
    })

    const openTcp = () => {
      const config = { kind: 'tcp', host: far.address, port: far.port } as const
      return open({ transport: tcpTransport, config, allowLocalTargets: false })
    }
    const openTelnet = () => {
      const config = { kind: 'telnet', host: far.address, port: far.port } as const
      return open({ transport: telnetTransport, config, allowLocalTargets: false })
    }

    it('is found dead within 30 s, whether the line was silent or somebody typed', {
      timeout: 120_000,
    }, async () => {
      const links = { silent: await openTcp(), typed: await openTcp(), telnet: await openTelnet() }
      owned.push(...Object.values(links))
      for (const { link, printed } of Object.values(links)) {
        link.write(Buffer.from('hello'))
        await expect.poll(() => printed().toString()).toContain('hello')
      }
      const busy = await startDeviceSocket({ tcp: true })
      const waiting = await open({
        transport: tcpTransport,
        config: { kind: 'tcp', host: '127.0.0.1', port: busy.port },
      })
      owned.push(waiting)
      await busy.joined()
      busy.pause()
      const written = typeUntilTold(waiting)

      far.unplug()
      const began = performance.now()
      links.typed.link.write(Buffer.from('is anybody there'))
      links.telnet.link.write(Buffer.from('is anybody there'))
      const found = async (opened: Opened): Promise<{ cause: Cause; ms: number }> => {
        const cause = await opened.closed
        return { cause, ms: performance.now() - began }
      }
      const results = await Promise.all(
        Object.entries(links).map(async ([name, opened]) => ({ name, ...(await found(opened)) })),
      )
      for (const { name, cause, ms } of results) {
        expect(ms, name).toBeLessThan(30_000)
        expect(cause.code, name).toBe('no-answer')
      }

      // One that lives and only takes nothing answers TCP's probes, and is left alone.
      expect(waiting.events).toEqual([])
      busy.resume()
      const all = await written
      await expect.poll(() => busy.received().length, { timeout: 30_000 }).toBe(all)
      await waiting.close()
      await busy.close()
    })
  },
)
