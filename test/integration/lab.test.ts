import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureImage } from '../lab/image.ts'
import { ipmitool, solSession } from '../lab/ipmitool.ts'
import { type LabMachine, machineNeeds, startLabMachine } from '../lab/machine.ts'
import type { OwnedProcess } from '../lab/process.ts'

/** Emulated and on a busy machine; only what hangs comes near it. */
const bootMs = 300_000
/** Longer than the waits within, so that it is they who fail and tell what came instead. */
const timeout = 2 * bootMs

const needs = await machineNeeds()

// One machine and one boot for the whole file: each test begins where the one before it ended.
describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a whole machine' : `a whole machine (needs ${needs})`,
  () => {
    const heard: Buffer[] = []
    let machine: LabMachine
    let sol: OwnedProcess

    beforeAll(async () => {
      await ensureImage()
      machine = await startLabMachine({ heard: (bytes) => heard.push(bytes) })
      sol = await solSession(machine.bmc)
      await sol.waitFor(/SOL Session operational.*\r?\n/)
    })
    afterAll(async () => {
      await sol?.close()
      await machine?.close()
    })

    test(
      'is switched on by its BMC and shows boot loader, kernel and login on SOL',
      async () => {
        expect(await ipmitool(machine.bmc, 'chassis', 'power', 'status')).toBe('Chassis Power is off')
        await ipmitool(machine.bmc, 'chassis', 'power', 'on')
        await sol.waitFor(/GNU GRUB/, bootMs)
        await sol.waitFor(/lab1 login: /, bootMs)
        expect(sol.output()).toContain('Linux version')
        expect(await ipmitool(machine.bmc, 'chassis', 'power', 'status')).toBe('Chassis Power is on')
      },
      timeout,
    )

    test(
      'lets root in with the password of the recipe',
      async () => {
        sol.write('root\r')
        await sol.waitFor(/login: root\s+Password: /, bootMs)
        sol.write(`${machine.rootPassword}\r`)
        await sol.waitFor(/root@lab1:~# /, bootMs)
        sol.write('echo "I am $(id -u) on $(hostname)"\r')
        await sol.waitFor(/I am 0 on lab1/, bootMs)
      },
      timeout,
    )

    test('gives its sshd on a port of this machine', async () => {
      expect(await bannerOf(machine.sshPort)).toMatch(/^SSH-2\.0-OpenSSH/)
    })

    test('says the same over SOL as on its own serial line', async () => {
      sol.write('printf "END\\055OF\\055LINE"\r')
      await sol.waitFor(/END-OF-LINE[\s\S]*# $/)
      const printed = Buffer.concat(heard).toString('utf8')
      expect(sol.output().endsWith(printed)).toBe(true)
    })

    test(
      'is switched off by its BMC',
      async () => {
        await ipmitool(machine.bmc, 'chassis', 'power', 'off')
        await expect
          .poll(() => ipmitool(machine.bmc, 'chassis', 'power', 'status'), { timeout: bootMs, interval: 200 })
          .toBe('Chassis Power is off')
      },
      timeout,
    )
  },
)

function bannerOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('error', reject)
    socket.once('data', (bytes) => {
      socket.destroy()
      resolve(bytes.toString())
    })
  })
}
