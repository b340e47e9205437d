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

    test('is let go in the middle: the next restart is plain', { timeout }, async () => {
      await lab.recover()
      await lab.until(({ steps }) => steps.at(-1)?.step === 'boot-loader')
      await gateway.admin.call('DELETE', `${lab.device}/job`)
      const recovery = await lab.over()
      expect(recovery).toMatchObject({
        state: 'cancelled',
        message: expect.stringMatching(/stopped it\..*The next plain restart starts the machine as it was\./),
      })
      expect(recovery.screen.join('\n')).toMatch(/is highlighted|Emacs-like/)
      const from = lab.printed().length
      await ipmitool(lab.machine.bmc, 'chassis', 'power', 'cycle')
      await lab.startsPlainly(from)
      await lab.opensAsBefore()
      const audit = await gateway.admin.call('GET', '/api/audit?action=recovery.ended')
      expect(audit.body.map(({ detail }: { detail: { state: string } }) => detail.state)).toEqual([
        'cancelled',
        'done',
      ])
    })
  },
)
