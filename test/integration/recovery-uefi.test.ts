import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fatPrograms } from '../lab/boot-disk.ts'
import { machineNeeds } from '../lab/machine.ts'
import { findProgram } from '../lab/process.ts'
import { systemdBootDisk, uefiLacks } from '../lab/uefi.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { edited, type RecoveredMachine, startRecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 2 * wayMs
const absent = [...fatPrograms.filter((name) => findProgram(name) === undefined), ...uefiLacks()]
const needs = absent.length === 0 ? await machineNeeds() : absent.join(', ')

describe.skipIf(needs !== undefined)(needs === undefined ? 'systemd-boot' : `UEFI (needs ${needs})`, () => {
  let gateway: TestGateway
  let projectId: string

  beforeAll(async () => {
    gateway = await startGateway()
    projectId = await gateway.project('fleet')
  })
  afterAll(() => gateway?.close())

  async function on(configuration: string, what: (lab: RecoveredMachine) => Promise<void>) {
    const lab = await startRecoveredMachine(gateway, projectId, 'uefi', {
      uefi: true,
      bootDisk: (image, folder) => systemdBootDisk(image, folder, configuration),
    })
    try {
      await what(lab)
    } finally {
      await gateway.admin.call('DELETE', lab.device)
      await lab.machine.close()
    }
  }

  test('boots its edited options, of which it shows a part at once', { timeout }, () =>
    on('timeout 3\n', async (lab) => {
      await lab.recover()
      const { state, message, screen } = await lab.until(
        ({ steps, state }) => state !== 'running' || steps.at(-1)?.step === 'password',
      )
      expect(state, [message, ...screen].join('\n')).toBe('running')
      await gateway.admin.call('DELETE', `${lab.device}/job`)
      await lab.over()
      expect(lab.printed()).toMatch(edited)
    }),
  )

  test('that lets nothing be edited is told of, and its machine started as it was', { timeout }, () =>
    on('timeout 3\neditor no\n', async (lab) => {
      await lab.recover()
      expect(await lab.over()).toMatchObject({
        state: 'failed',
        cause: 'no-editor',
        message: expect.stringMatching(/The machine was restarted, and starts as it was\./),
      })
      expect(lab.printed()).not.toMatch(edited)
    }),
  )
})
