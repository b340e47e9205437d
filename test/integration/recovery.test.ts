import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds } from '../lab/machine.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { type RecoveredMachine, startRecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 2 * wayMs

const needs = await machineNeeds()

describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a machine whose root password nobody knows' : `recovery (needs ${needs})`,
  () => {
    let gateway: TestGateway
    let lab: RecoveredMachine

    beforeAll(async () => {
      gateway = await startGateway()
      lab = await startRecoveredMachine(gateway, await gateway.project('fleet'), 'lab1')
    }, timeout)
    afterAll(async () => {
      await gateway?.close()
      await lab?.machine.close()
    })

    test('is rehearsed: a person switches it on, its entry is edited and discarded, and it is as it was', {
      timeout,
    }, async () => {
      const order = { confirm: 'lab1', rehearsal: true, restart: 'person' }
      expect((await gateway.admin.call('POST', `${lab.device}/recovery`, order)).body).toMatchObject({
        state: 'running',
        rehearsal: true,
      })
      const again = await gateway.admin.call('POST', `${lab.device}/recovery`, order)
      expect([again.status, again.body.error.code]).toEqual([409, 'in-use'])
      await lab.until(({ message }) => message === 'Restart the machine now: its boot loader is waited for.')
      await ipmitool(lab.machine.bmc, 'chassis', 'power', 'on')
      const recovery = await lab.over()
      expect(recovery).toMatchObject({ state: 'done', cause: null, restart: 'person' })
      expect(recovery.steps.map(({ step }) => step)).toEqual(['restart', 'boot-loader', 'start'])
      await lab.opensAsBefore()
    })

    test('is restarted by its own system, which takes SysRq over the line', { timeout }, async () => {
      const from = lab.printed().length
      const order = { confirm: 'lab1', rehearsal: true, restart: 'sysrq' }
      expect((await gateway.admin.call('POST', `${lab.device}/recovery`, order)).status).toBe(200)
      expect(await lab.over()).toMatchObject({
        state: 'done',
        restart: 'sysrq',
        cause: null,
      })
      expect(lab.printed().slice(from)).toMatch(
        /sysrq: Emergency Sync[\s\S]*sysrq: Emergency Remount R\/O[\s\S]*sysrq: Resetting/,
      )
    })
  },
)
