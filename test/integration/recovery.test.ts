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
    }, timeout)
    afterAll(async () => {
      await gateway?.close()
      await machine?.close()
    })

    const look = async (): Promise<Recovery> => (await gateway.admin.call('GET', `${device}/recovery`)).body
    const until = (what: (recovery: Recovery) => boolean) =>
      vi.waitFor(
        async () => {
          const recovery = await look()
          if (!what(recovery)) throw new Error(recovery.message)
          return recovery
        },
        { timeout: wayMs, interval: 100 },
      )
    const over = ({ state }: Recovery) => state !== 'running'

    /** The machine is as it was: the old password opens it. */
    async function opensAsBefore() {
      await gateway.admin.call('POST', `${device}/login-checks`, { password: machine.rootPassword })
      await vi.waitFor(
        async () => {
          const { body } = await gateway.admin.call('GET', `${device}/job`)
          expect(body).toMatchObject({ kind: 'login-check', state: 'done' })
        },
        { timeout: wayMs, interval: 100 },
      )
      const { body } = await gateway.admin.call('GET', `${device}/root-password`)
      expect(body).toMatchObject({ state: 'none' })
    }

    test('is rehearsed: switched on, its entry edited and discarded, and as it was', {
      timeout,
    }, async () => {
      const order = { confirm: 'lab1', rehearsal: true }
      expect((await gateway.admin.call('POST', `${device}/recovery`, order)).body).toMatchObject({
        state: 'running',
        rehearsal: true,
      })
      const again = await gateway.admin.call('POST', `${device}/recovery`, order)
      expect([again.status, again.body.error.code]).toEqual([409, 'in-use'])
      const recovery = await until(over)
      expect(recovery).toMatchObject({ state: 'done', cause: null })
      expect(recovery.steps.map(({ step }) => step)).toEqual(['restart', 'boot-loader', 'start'])
      await opensAsBefore()
    })

    test('is let go in the middle: the next restart is plain', { timeout }, async () => {
      await gateway.admin.call('POST', `${device}/recovery`, { confirm: 'lab1' })
      await until(({ steps }) => steps.at(-1)?.step === 'boot-loader')
      await gateway.admin.call('DELETE', `${device}/job`)
      const recovery = await until(over)
      expect(recovery).toMatchObject({
        state: 'cancelled',
        message: expect.stringMatching(/stopped it\..*The next plain restart starts the machine as it was\./),
      })
      expect(recovery.screen.join('\n')).toMatch(/GNU GRUB|Emacs-like/)
      const from = Buffer.concat(printed).length
      await ipmitool(machine.bmc, 'chassis', 'power', 'cycle')
      const since = () => Buffer.concat(printed).subarray(from).toString('latin1')
      await expect.poll(since, { timeout: wayMs, interval: 100 }).toMatch(/lab1 login: $/)
      await opensAsBefore()
      const audit = await gateway.admin.call('GET', '/api/audit?action=recovery.ended')
      expect(audit.body.map(({ detail }: { detail: { state: string } }) => detail.state)).toEqual([
        'cancelled',
        'done',
      ])
    })
  },
)
