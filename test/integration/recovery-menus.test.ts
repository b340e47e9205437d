import { describe, expect, test } from 'vitest'
import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds } from '../lab/machine.ts'
import { edited, machinesOfSuite, type RecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 2 * wayMs
const needs = await machineNeeds()

const menuStyle = (style: string, seconds: number) => (menu: string) =>
  menu.replace('set timeout=2', `set timeout_style=${style}\nset timeout=${seconds}`)
/** Longer than the screen has room for in three rows. */
const long = Array.from({ length: 30 }, (_, at) => `lab.option${at}=${at}`).join(' ')

const lockedMenu = (menu: string) =>
  `set prefix=(hd0,msdos1)/usr/lib/grub\n${menu
    .replace('set default=0', 'set superusers="boss"\npassword boss lab-loader-password\nset default=0')
    .replaceAll('--class os {', '--class os --unrestricted {')}`

describe.skipIf(needs !== undefined)(needs === undefined ? 'a GRUB' : `boot menus (needs ${needs})`, () => {
  const { on } = machinesOfSuite('menu')
  const reachesItsShell = (lab: RecoveredMachine) => lab.reachesItsShell()

  test('that hides its menu is held by Esc', { timeout }, () =>
    on({ bootMenu: menuStyle('hidden', 5) }, reachesItsShell),
  )

  test('that hides its menu and waits for no second is held by Esc', { timeout }, () =>
    on({ bootMenu: menuStyle('hidden', 0) }, reachesItsShell),
  )

  test('that takes no key at all is started twice, and then told of', { timeout }, () =>
    on({ bootMenu: menuStyle('menu', 0) }, async (lab) => {
      await lab.recover()
      expect(await lab.over()).toMatchObject({
        state: 'failed',
        cause: 'menu-missed',
        message: expect.stringContaining('The system runs as before.'),
      })
      expect(lab.printed().match(/Loading Linux/g)).toHaveLength(2)
      expect(lab.printed()).not.toMatch(edited)
    }),
  )

  test('whose default is in a submenu, and loads Linux by a line of many rows', { timeout }, () =>
    on(
      {
        bootMenu: (menu) =>
          menu.replace('set default=0', 'set default="1>0"').replaceAll(' single ', ` ${long} `),
      },
      async (lab) => {
        await lab.reachesItsShell()
        expect(lab.printed()).toMatch(/Command line: .* lab\.option29=29 /)
      },
    ),
  )

  test(
    'that wants a password before it lets an entry be edited is refused, and started as it was',
    {
      timeout,
    },
    () =>
      on({ bootMenu: lockedMenu }, async (lab) => {
        await lab.recover()
        expect(await lab.over()).toMatchObject({
          state: 'failed',
          cause: 'loader-password',
          message: expect.stringMatching(
            /user name and password.*The machine was restarted, and starts as it was\./,
          ),
        })
        await expect.poll(lab.printed, { timeout: wayMs, interval: 100 }).toMatch(/Linux version/)
        expect(lab.printed()).not.toMatch(edited)
      }),
  )

  test(
    'whose system cannot mount its root is told of by the initial system’s shell, and started again',
    {
      timeout,
    },
    () =>
      on(
        { bootMenu: (menu) => menu.replaceAll(' root=/dev/vda1 ', ' root=/dev/vda1 rootfstype=vfat ') },
        async (lab) => {
          await lab.recover()
          const { screen, ...end } = await lab.over()
          expect(end, screen.join('\n')).toMatchObject({
            state: 'failed',
            cause: 'initial-system',
            message: expect.stringContaining('The machine was restarted, and starts as it was.'),
          })
          expect(screen.join('\n')).toContain('(initramfs)')
          expect(lab.printed()).toMatch(edited)
        },
      ),
  )

  const power = (lab: RecoveredMachine, act: string) => ipmitool(lab.machine.bmc, 'chassis', 'power', act)
  const asItIs = (menu: string) => menu

  test('whose machine loses its power with the entry open starts plainly afterwards', { timeout }, () =>
    on({ bootMenu: asItIs }, async (lab) => {
      await lab.recover()
      await lab.until(({ steps }) => steps.at(-1)?.step === 'boot-loader')
      await power(lab, 'off')
      expect(await lab.over()).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('The next plain restart starts the machine as it was.'),
      })
      const from = lab.printed().length
      await power(lab, 'on')
      await lab.startsPlainly(from)
      await lab.opensAsBefore()
    }),
  )

  test('whose machine loses its power in the rescue shell is switched on again', { timeout }, () =>
    on({ bootMenu: asItIs }, async (lab) => {
      await lab.recover()
      await lab.until(({ steps }) => steps.at(-1)?.step === 'password')
      const from = lab.printed().length
      await power(lab, 'off')
      expect(await lab.over()).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('The machine was restarted, and starts as it was.'),
      })
      await lab.startsPlainly(from)
    }),
  )
})
