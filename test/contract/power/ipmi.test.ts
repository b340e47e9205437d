import { describe, expect, it } from 'vitest'
import type { PowerControlOf } from '../../../server/contract/power.ts'
import { ipmiPower } from '../../../server/power/ipmi.ts'
import { type Bmc, startBmc } from '../../lab/bmc.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { ipmitool } from '../../lab/ipmitool.ts'
import { freePort } from '../../lab/ports.ts'
import { accessTo, powerContract } from './contract.ts'

type Control = PowerControlOf<'ipmi'>
const controlOf = ({ host, port, user }: Pick<Bmc, 'host' | 'port' | 'user'>): Control => {
  const how = { cipherSuite: 3, privilege: 'administrator', efi: true } as const
  return { kind: 'ipmi', host, port, username: user, ...how }
}
const nobody = controlOf({ host: '127.0.0.1', port: await freePort(), user: 'lab' })

/** A BMC whose machine is a program that just runs. */
async function start() {
  const device = await startDeviceSocket({ tcp: true })
  const machine = { command: 'sleep 600', systemPort: await freePort() }
  const bmc = await startBmc({ solPort: device.port, machine })
  const isOn = async () => (await ipmitool(bmc, 'chassis', 'power', 'status')).endsWith('is on')
  return {
    control: controlOf(bmc),
    password: bmc.password,
    isOn,
    async close() {
      // The machine's program inherited the BMC's sockets, and would keep the device's line open.
      await ipmitool(bmc, 'chassis', 'power', 'off')
      await expect.poll(isOn, { timeout: 60_000, interval: 20 }).toBe(false)
      await bmc.close()
      await device.close()
    },
  }
}

powerContract('ipmi to ipmi_sim', {
  driver: ipmiPower,
  start,
  refusals: [
    { name: 'no BMC', control: nobody, password: 'secret', code: 'timeout' },
    { name: 'no password', control: nobody, code: 'credentials-missing' },
    {
      name: 'a password that IPMI cannot carry',
      control: nobody,
      password: 'x'.repeat(21),
      code: 'wrong-credentials',
    },
  ],
  // ipmi_sim knows no reset of a machine without its system interface; the lab's whole machine does.
  takes: ['cycle', 'boot-pxe', 'boot-setup'],
  lacks: [],
})

describe('ipmi', () => {
  it('tells a wrong password from a BMC that is not there', { timeout: 60_000 }, async () => {
    const machine = await start()
    try {
      const failure = await ipmiPower
        .status(accessTo({ ...machine, password: 'wrong' }))
        .catch((error: unknown) => error)
      expect(failure).toMatchObject({ reason: { code: 'wrong-credentials' } })
    } finally {
      await machine.close()
    }
  })
})
