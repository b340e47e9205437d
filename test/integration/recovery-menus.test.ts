import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds } from '../lab/machine.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { edited, type RecoveredMachine, startRecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 2 * wayMs
const needs = await machineNeeds()

const menuStyle = (style: string, seconds: number) => (menu: string) =>
  menu.replace('set timeout=2', `set timeout_style=${style}\nset timeout=${seconds}`)
/** Longer than the screen has room for in three rows. */
const long = Array.from({ length: 30 }, (_, at) => `lab.option${at}=${at}`).join(' ')

describe.skipIf(needs !== undefined)(needs === undefined ? 'a GRUB' : `boot menus (needs ${needs})`, () => {
  let gateway: TestGateway
  let projectId: string

  beforeAll(async () => {
    gateway = await startGateway()
    projectId = await gateway.project('fleet')
  })
  afterAll(() => gateway?.close())

  async function on(bootMenu: (menu: string) => string, what: (lab: RecoveredMachine) => Promise<void>) {
    const lab = await startRecoveredMachine(gateway, projectId, 'menu', { bootMenu })
    try {
      await what(lab)
    } finally {
      await gateway.admin.call('DELETE', lab.device)
      await lab.machine.close()
    }
  }

  /** As far as the shell that the edited line gives; nothing was changed in it. */
  async function reachesItsShell(lab: RecoveredMachine) {
    await lab.recover()
    const { state, message, screen } = await lab.until(
      ({ steps, state }) => state !== 'running' || steps.at(-1)?.step === 'password',
    )
    expect(state, [message, ...screen].join('\n')).toBe('running')
    await gateway.admin.call('DELETE', `${lab.device}/job`)
    await lab.over()
    expect(lab.printed()).toMatch(edited)
  }

  test('that hides its menu is held by Esc', { timeout }, () => on(menuStyle('hidden', 5), reachesItsShell))

  test('that hides its menu and waits for no second is held by Esc', { timeout }, () =>
    on(menuStyle('hidden', 0), reachesItsShell),
  )

  test('that takes no key at all is started twice, and then told of', { timeout }, () =>
    on(menuStyle('menu', 0), async (lab) => {
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
      (menu) => menu.replace('set default=0', 'set default="1>0"').replaceAll(' single ', ` ${long} `),
      async (lab) => {
        await reachesItsShell(lab)
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
      on(
        (menu) =>
          `set prefix=(hd0,msdos1)/usr/lib/grub\n${menu
            .replace(
              'set default=0',
              'set superusers="boss"\npassword boss lab-loader-password\nset default=0',
            )
            .replaceAll('--class os {', '--class os --unrestricted {')}`,
        async (lab) => {
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
        },
      ),
  )

  const power = (lab: RecoveredMachine, act: string) => ipmitool(lab.machine.bmc, 'chassis', 'power', act)
  const asItIs = (menu: string) => menu

  test('whose machine loses its power with the entry open starts plainly afterwards', { timeout }, () =>
    on(asItIs, async (lab) => {
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
    on(asItIs, async (lab) => {
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
