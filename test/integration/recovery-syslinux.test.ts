import { describe, expect, test } from 'vitest'
import { ensureLvmImage, lvmRoot } from '../lab/lvm-image.ts'
import { type LabMachineOptions, machineNeeds } from '../lab/machine.ts'
import { syslinuxEntry, syslinuxLacks, syslinuxMedium } from '../lab/syslinux-media.ts'
import { edited, machinesOfSuite, type RecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 2 * wayMs
const absent = syslinuxLacks('SYSLINUX').join(', ')
const needs = absent === '' ? await machineNeeds() : absent

describe.skipIf(needs !== undefined)(needs === undefined ? 'SYSLINUX' : `SYSLINUX (needs ${needs})`, () => {
  const machines = machinesOfSuite('box')
  const on = (
    configuration: string,
    what: (lab: RecoveredMachine) => Promise<void>,
    image?: LabMachineOptions['image'],
  ) =>
    machines.on(
      {
        bootMedium: syslinuxMedium('SYSLINUX', configuration),
        ...(image && { image }),
      },
      what,
    )

  test('without a menu boots the only label with what is typed behind it', { timeout }, () =>
    on(`DEFAULT debian\nPROMPT 1\nTIMEOUT 50\n${syslinuxEntry('debian', 'quiet')}`, (lab) =>
      lab.reachesItsShell(),
    ),
  )

  test('that does not say which of its labels it starts by itself is left to start it', { timeout }, () =>
    on(
      `DEFAULT debian\nPROMPT 1\nTIMEOUT 50\n${syslinuxEntry('debian')}${syslinuxEntry('install')}`,
      async (lab) => {
        await lab.recover()
        expect(await lab.over()).toMatchObject({ state: 'failed', cause: 'which-label' })
        await expect.poll(lab.printed, { timeout: wayMs, interval: 100 }).toMatch(/Command line: .*[\r\n]/)
        expect(lab.printed()).not.toMatch(edited)
      },
    ),
  )

  test('whose menu wants a password is refused, and its machine started as it was', { timeout }, () =>
    on(`DEFAULT menu.c32\nTIMEOUT 50\nMENU MASTER PASSWD lab\n${syslinuxEntry('debian')}`, async (lab) => {
      await lab.recover()
      expect(await lab.over()).toMatchObject({
        state: 'failed',
        cause: 'loader-password',
        message: expect.stringMatching(/The machine was restarted, and starts as it was\./),
      })
      await expect.poll(lab.printed, { timeout: wayMs, interval: 100 }).toMatch(/Command line: .*[\r\n]/)
      expect(lab.printed()).not.toMatch(edited)
    }),
  )

  test('whose entry was edited in a rehearsal boots it as it was', { timeout }, () =>
    on(`DEFAULT menu.c32\nTIMEOUT 50\n${syslinuxEntry('debian')}`, async (lab) => {
      await machines.admin().call('POST', `${lab.device}/recovery`, { confirm: 'box', rehearsal: true })
      await lab.until(({ steps }) => steps.at(-1)?.step === 'start')
      await expect.poll(lab.printed, { timeout: wayMs, interval: 100 }).toMatch(/Command line: .*[\r\n]/)
      expect(lab.printed()).toMatch(/> .*\.linux .* init=\/bin\/sh loglevel=7 /s)
      expect(lab.printed()).not.toMatch(edited)
    }),
  )

  test(
    'that hides its menu, and a root on a logical volume: to the login that proves the new password',
    { timeout },
    () =>
      on(
        `DEFAULT menu.c32\nTIMEOUT 50\nMENU HIDDEN\n${syslinuxEntry('debian', 'quiet', lvmRoot)}`,
        async (lab) => {
          await lab.recover()
          const { state, message, screen } = await lab.over()
          expect(state, [message, ...screen].join('\n')).toBe('done')
          expect(lab.printed()).toMatch(
            /Command line: .* root=\/dev\/mapper\/lab-root .* init=\/bin\/sh loglevel=7 /,
          )
          const kept = await machines.admin().call('GET', `${lab.device}/root-password`)
          expect(kept.body).toMatchObject({ state: 'kept', source: 'recovery' })
          const { body } = await machines.admin().call('GET', `${lab.device}/recovery`)
          expect(body.steps.at(-1)).toMatchObject({ step: 'proof' })
        },
        ensureLvmImage,
      ),
  )
})
