import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

    test('is rehearsed: switched on, its entry edited and discarded, and as it was', {
      timeout,
    }, async () => {
      const order = { confirm: 'lab1', rehearsal: true }
      expect((await gateway.admin.call('POST', `${lab.device}/recovery`, order)).body).toMatchObject({
        state: 'running',
        rehearsal: true,
      })
      const again = await gateway.admin.call('POST', `${lab.device}/recovery`, order)
      expect([again.status, again.body.error.code]).toEqual([409, 'in-use'])
      const recovery = await lab.over()
      expect(recovery).toMatchObject({ state: 'done', cause: null })
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
