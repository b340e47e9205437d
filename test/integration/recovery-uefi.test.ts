import { describe, expect, test } from 'vitest'
import { fatPrograms } from '../lab/boot-disk.ts'
import { machineNeeds } from '../lab/machine.ts'
import { findProgram } from '../lab/process.ts'
import { systemdBootDisk, uefiLacks } from '../lab/uefi.ts'
import { edited, machinesOfSuite, type RecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 2 * wayMs
const absent = [...fatPrograms.filter((name) => findProgram(name) === undefined), ...uefiLacks()]
const needs = absent.length === 0 ? await machineNeeds() : absent.join(', ')

describe.skipIf(needs !== undefined)(needs === undefined ? 'systemd-boot' : `UEFI (needs ${needs})`, () => {
  const machines = machinesOfSuite('uefi')
  const on = (configuration: string, what: (lab: RecoveredMachine) => Promise<void>) =>
    machines.on(
      { uefi: true, bootMedium: (image, folder) => systemdBootDisk(image, folder, configuration) },
      what,
    )

  test('boots its edited options, of which it shows a part at once', { timeout }, () =>
    on('timeout 3\n', (lab) => lab.reachesItsShell()),
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
