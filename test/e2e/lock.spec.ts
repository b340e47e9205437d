import type { Browser } from '@playwright/test'
import { type ConsolePage, expect, type Gateway, logIn, openConsole, pageOf, test } from './fixtures.ts'

interface Two {
  ada: ConsolePage
  bob: ConsolePage
}

/** Ada, the admin, and Bob, a collaborator, on the same console; Ada came first. */
async function two(admin: ConsolePage['page'], browser: Browser, gateway: Gateway): Promise<Two> {
  const bob = await gateway.person('Bob')
  await gateway.join(bob, 'collaborator')
  const ada = await openConsole(admin, 'demo-box')
  await logIn(ada)
  return { ada, bob: await openConsole(await pageOf(browser, gateway, bob), 'demo-box') }
}

test('two browsers hand the write lock over: asked, granted, and given back', async ({
  admin,
  browser,
  gateway,
}) => {
  const { ada, bob } = await two(admin, browser, gateway)
  await expect(bob.lock).toContainText('You are watching; Admin writes')
  await expect(bob.page.getByRole('button', { name: /^2 viewers here/ })).toBeVisible()

  // What a spy types goes nowhere, and they are told how to get the write lock.
  await bob.type('x')
  const hint = bob.page.getByRole('alert').filter({ hasText: 'Admin writes' })
  await expect(hint).toBeVisible()
  await hint.getByRole('button', { name: 'Ask Admin' }).click()
  await expect(bob.lock).toContainText(/Asked; yours in \d+ s unless Admin declines/)

  const question = ada.page.getByRole('alert').filter({ hasText: 'Bob asks for the write lock' })
  await expect(question).toContainText(/passes by itself in \d+ s/)
  await question.getByRole('button', { name: 'Decline' }).click()
  await expect(bob.lock).toContainText('You are watching; Admin writes')

  await bob.lock.getByRole('button', { name: 'Ask for the write lock' }).click()
  await question.getByRole('button', { name: 'Grant' }).click()
  await expect(bob.lock).toContainText('You write')
  await expect(ada.lock).toContainText('You are watching; Bob writes')

  await bob.type('echo $((6 * 7)) by bob\r')
  await ada.shows('42 by bob')
  await bob.lock.getByRole('button', { name: 'Release' }).click()
  await expect(ada.lock).toContainText('Nobody writes')
  await ada.type('echo $((2 * 4)) by ada\r')
  await bob.shows('8 by ada')
  await expect(bob.lock).toContainText('You are watching; Admin writes')
})

test('an owner takes over with a reason that everybody reads', async ({ admin, browser, gateway }) => {
  const { ada, bob } = await two(admin, browser, gateway)
  await ada.lock.getByRole('button', { name: 'Release' }).click()
  await bob.lock.getByRole('button', { name: 'Take the write lock' }).click()
  await expect(ada.lock).toContainText('You are watching; Bob writes')
  // A collaborator may ask; to force is for owners.
  await expect(bob.lock.getByRole('button', { name: 'Take over…' })).toHaveCount(0)

  await ada.lock.getByRole('button', { name: 'Take over…' }).click()
  const dialog = ada.page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Take over' }).click()
  await expect(dialog).toContainText(/say why/i)
  await dialog.getByLabel('Reason').fill('Bob is on a plane')
  await dialog.getByRole('button', { name: 'Take over' }).click()
  await expect(ada.lock).toContainText('You write')
  await expect(
    bob.page.getByText('Admin took the write lock by force: Bob is on a plane').first(),
  ).toBeVisible()

  await ada.page.goto(`${gateway.url}/audit`)
  await expect(ada.page.getByRole('row').filter({ hasText: 'Bob is on a plane' })).toBeVisible()
})

test('without an answer the write lock passes by itself', async ({ admin, browser, gateway }) => {
  const { ada, bob } = await two(admin, browser, gateway)
  await bob.lock.getByRole('button', { name: 'Ask for the write lock' }).click()
  await expect(bob.lock).toContainText('You write', { timeout: 45_000 })
  await expect(ada.lock).toContainText('You are watching; Bob writes')
})

test('a watcher sees everything and has no way to type', async ({ admin, browser, gateway }) => {
  const watcher = await gateway.person('Wanda')
  await gateway.join(watcher, 'watcher')
  const ada = await openConsole(admin, 'demo-box')
  await logIn(ada)
  const wanda = await openConsole(await pageOf(browser, gateway, watcher), 'demo-box')
  await expect(wanda.lock).toContainText('You are watching; Admin writes')
  await expect(wanda.lock.getByRole('button')).toHaveCount(0)
  await wanda.type('x')
  await expect(wanda.page.getByRole('alert')).toContainText('You may watch this console, not type on it')
  await ada.type('echo $((5 + 5)) for wanda\r')
  await wanda.shows('10 for wanda')
})
