import { expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { plainScreen } from '../../../server/console/prompts/plain-screen.ts'
import type { Recovery } from '../../../server/contract/recovery.ts'
import type { Driver } from '../../../server/operator/jobs.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { type RecoveryPlan, recover } from '../../../server/recover/recovery.ts'
import { TestDesk } from '../operator/far-end.ts'
import { FarMachine, type FarMachineOptions } from './far-machine.ts'

const password = 'bcdefghijklnoprstuvxbcde'

/** A machine whose boot loader asks for a password. `again` is what becomes of a second restart. */
async function recoverLocked(unattended: boolean, again: () => void = () => undefined) {
  const desk = new TestDesk(() => '')
  const screen = async () => plainScreen(desk.printed, { rows: 24, cols: 80 }, desk.printed.length)
  const hands = { typist: desk.typist, cleaner: desk.typist, screen }
  const noted: Partial<Recovery> = {}
  let restarts = 0
  const end = await desk.run(
    recover({ hands, tell: () => undefined } as unknown as Driver, {
      rehearsal: false,
      password: new Secret(password),
      unattended,
      async restart() {
        restarts += 1
        if (restarts > 1) return again()
        desk.clock.after(1000, () => desk.print('GNU GRUB  version 2.06\r\n\r\nEnter username:\r\n'))
      },
      seal: () => Promise.reject(new Error('There is nothing to keep.')),
      note: (change) => void Object.assign(noted, change),
      begin: () => undefined,
    }),
    undefined,
    10,
  )
  return { end, noted, restarts }
}

const asked = /^The boot loader asks for a user name and password/

test('a machine that hangs is started again, and what stood on its screen is told', async () => {
  const { end, noted, restarts } = await recoverLocked(true)
  expect(restarts).toBe(2)
  expect(end).toMatchObject({ state: 'failed', detail: { at: 'loader-password', changed: 'no' } })
  expect(end.message).toMatch(asked)
  expect(end.message).toMatch(/The machine was restarted, and starts as it was\.$/)
  expect(noted).toMatchObject({ cause: 'loader-password', message: end.message })
  expect(noted.screen?.at(-1)).toBe('Enter username:')
})

test('one that a person restarts is left to them', async () => {
  const { end, restarts } = await recoverLocked(false)
  expect(restarts).toBe(1)
  expect(end.message).toMatch(asked)
  expect(end.message).toMatch(/The next plain restart starts the machine as it was\.$/)
})

test('what went wrong first is told also where the machine cannot be started again', async () => {
  const { end, noted } = await recoverLocked(true, () => {
    throw new Stopped('failed', 'The machine could not be restarted: the BMC is silent.')
  })
  expect(end).toMatchObject({ state: 'failed', detail: { at: 'loader-password' } })
  expect(end.message).toMatch(asked)
  expect(end.message).toContain('The machine could not be restarted: the BMC is silent.')
  expect(end.message).toMatch(/The next plain restart starts the machine as it was\.$/)
  expect(noted).toMatchObject({ message: end.message, screen: expect.arrayContaining(['Enter username:']) })
})

/** The whole way on a machine that lets itself be recovered, as far as it goes. */
async function recoverOpen({
  rehearsal = false,
  ...options
}: Partial<FarMachineOptions> & { rehearsal?: boolean } = {}) {
  const machine = new FarMachine({ password, ...options })
  const events: string[] = []
  const plan: RecoveryPlan = {
    rehearsal,
    password: new Secret(password),
    unattended: true,
    restart: async () => {
      events.push('restarted')
      machine.restart()
    },
    seal: async () => void events.push('seal'),
    note: () => undefined,
    begin: (step) => void events.push(step),
  }
  const end = await machine.desk.run(recover(machine.driver, plan), undefined, 10)
  return { end, machine, events }
}

test('the password is kept as soon as it is set, before the machine starts, and proved', async () => {
  const { end, machine, events } = await recoverOpen()
  expect(end).toMatchObject({ state: 'done', detail: { at: 'proved', changed: 'yes' } })
  expect(machine.booted).toMatch(/ init=\/bin\/sh .* console=ttyS0,115200n8$/)
  expect([...new Set(events)]).toEqual([
    ...['restart', 'restarted', 'boot-loader', 'rescue', 'password', 'seal', 'start', 'proof'],
  ])
  expect(machine.desk.printed.toString()).not.toContain(password)
})

test('one that the rescue shell did not set is not kept, and the machine is started again', async () => {
  const { end, events } = await recoverOpen({ rescue: 'chpasswd: no such user' })
  expect(end).toMatchObject({ state: 'failed', detail: { changed: 'no' } })
  expect(end.message).toMatch(/no such user\. Nothing was changed on its disk\. The machine was restarted/)
  expect(events.filter((event) => event === 'seal')).toEqual([])
  expect(events.at(-1)).toBe('restarted')
})

test('one whose answer the line has swallowed is kept, and said to be unknown', async () => {
  const { end, events } = await recoverOpen({ rescue: 'dies' })
  expect(end).toMatchObject({ state: 'failed', detail: { at: 'shell', changed: 'unknown' } })
  expect(end.message).toContain('Whether root got the new password is not known; it is kept')
  expect(events.at(-1)).toBe('seal')
})

test('a login that does not take it is told, and it stays kept', async () => {
  const { end, events } = await recoverOpen({ password: 'another' })
  expect(end).toMatchObject({ state: 'failed', detail: { at: 'wrong-password', changed: 'yes' } })
  expect(end.message).toMatch(/^The new root password was set and is kept, but no login proved it: /)
  expect(events).toContain('seal')
})

test('a rehearsal edits the entry, discards that, and sets nothing', async () => {
  const { end, machine, events } = await recoverOpen({ rehearsal: true })
  expect(end).toMatchObject({ state: 'done', detail: { at: 'rehearsed', changed: 'no' } })
  expect([...new Set(events)]).toEqual(['restart', 'restarted', 'boot-loader', 'start'])
  const typed = Buffer.from(machine.desk.typed).toString('latin1')
  expect(typed).toContain(' init=/bin/sh ')
  expect(typed).not.toContain('\x18')
  expect(machine.booted).not.toContain('init=')
})
