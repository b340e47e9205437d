import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { startBmc } from '../../lab/bmc.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { freePort } from '../../lab/ports.ts'
import { transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'
import { solGateway, solTarget } from './open-sol.ts'
import type { Opened } from './opened.ts'

const folder = await mkdtemp(join(tmpdir(), 'lifeline-sol-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const gateway = solGateway(folder)

const nobody = { host: '127.0.0.1', port: await freePort(), user: 'lab', password: 'secret' }

transportContract('ipmi-sol to ipmi_sim', {
  start: async () => {
    const device = await startDeviceSocket({ tcp: true })
    const bmc = await startBmc({ solPort: device.port })
    await device.joined()
    // The socket that startBmc looked for the BMC with is gone a few turns after it was closed, and would be counted.
    await expect.poll(() => process.getActiveResourcesInfo().includes('UDPWrap')).toBe(false)
    // What the BMC puts on the line for a BREAK; a byte that is typed comes with it, else it would stay in ipmitool.
    const typed = () => Buffer.from(device.received().toString('latin1').replaceAll('\xff\xf3', ''), 'latin1')
    const close = async () => {
      await bmc.close()
      await device.close()
    }
    return farEndAt(device, solTarget(gateway, bmc), {
      close,
      typed,
      ready: (opened) => typeUntilHeard(opened, typed),
    })
  },
  refusals: [
    { name: 'no BMC', target: solTarget(gateway, nobody), code: 'timeout' },
    {
      name: 'a name that is none',
      target: solTarget(gateway, { ...nobody, host: 'no-such-host.invalid' }),
      code: 'name-not-found',
    },
    {
      name: 'an address of the gateway',
      target: { ...solTarget(gateway, nobody), allowLocalTargets: false },
      code: 'not-allowed',
    },
  ],
  second: 'busy',
  burstBytes: 8 * 1024,
  losesUntaken: 'the BMC',
  breakSupported: true,
})

/**
 * ipmi_sim compares a new session's first packet with the last of the session before, and drops it when both have the same number. So
 * types until something arrives; then all has that will.
 */
async function typeUntilHeard(opened: Opened, typed: () => Buffer): Promise<void> {
  const before = typed().length
  while (typed().length === before) {
    opened.link.write(Buffer.from('\r'))
    await expect
      .poll(() => typed().length, { timeout: 500, interval: 5 })
      .toBeGreaterThan(before)
      .catch(() => undefined)
  }
}
