import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Recovery } from '../../server/contract/recovery.ts'
import { ipmitool } from '../lab/ipmitool.ts'
import { type LabMachine, machineNeeds, startLabMachine } from '../lab/machine.ts'
import { startGateway, type TestGateway } from './gateway.ts'

/** Emulated and on a busy machine; only what hangs comes near it. */
const wayMs = 600_000
const timeout = 2 * wayMs

const needs = await machineNeeds()

describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a machine whose root password nobody knows' : `recovery (needs ${needs})`,
  () => {
    let gateway: TestGateway
    let machine: LabMachine
    let device: string
    const printed: Buffer[] = []

    beforeAll(async () => {
      gateway = await startGateway()
      machine = await startLabMachine({ heard: (bytes) => printed.push(bytes) })
      const projectId = await gateway.project('fleet')
      const { host, port, user: username, password } = machine.bmc
      const bmc = { host, port, username, cipherSuite: 3 }
      const { body } = await gateway.admin.call('POST', '/api/devices', {
        ...{ projectId, name: 'lab1', transport: { kind: 'ipmi-sol', ...bmc }, secrets: { password } },
      })
      device = `/api/devices/${body.id}`
      await gateway.admin.call('PUT', `${device}/power/control`, {
        control: { kind: 'ipmi', ...bmc, efi: false },
        password,
      })
      await vi.waitFor(
        async () => {
          const { console } = (await gateway.admin.call('GET', device)).body
          expect(console.line.state).toBe('online')
        },
        { timeout: wayMs, interval: 100 },
      )
      await ipmitool(machine.bmc, 'chassis', 'power', 'on')
    }, timeout)
    afterAll(async () => {
      await gateway?.close()
      await machine?.close()
    })

    const ended = () =>
      vi.waitFor(
        async () => {
          const recovery: Recovery = (await gateway.admin.call('GET', `${device}/recovery`)).body
          if (recovery?.state === 'running') throw new Error(recovery.message)
          return recovery
        },
        { timeout: wayMs, interval: 200 },
      )

    test('is recovered: restarted, edited for one boot, given a password, and logged in to', {
      timeout,
    }, async () => {
      await gateway.admin.call('POST', `${device}/recovery`, { confirm: 'lab1' })
      const recovery = await ended()
      console.log(JSON.stringify(recovery, null, 1))
      console.log(Buffer.concat(printed).toString('latin1').slice(-3000))
      expect(recovery).toMatchObject({ state: 'done', cause: null })
    })
  },
)
