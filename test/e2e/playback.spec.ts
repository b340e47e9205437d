import type { Page } from '@playwright/test'
import { demoDevice, expect, logIn, noteFaults, openConsole, test } from './fixtures.ts'

test('plays a span with its timing, and breaks no policy', async ({ admin, gateway }) => {
  const said = await noteFaults(admin)
  const box = await openConsole(admin, 'demo-box')
  await logIn(box)
  await box.type("printf '\\033[32mplay''ed\\033[0m <b>not bold</b>\\n'\r")
  await box.shows('played')
  const { id } = await demoDevice(await gateway.admin(), 'demo-box')
  await admin.goto(`${gateway.url}/devices/${id}/history`)
  await admin.getByRole('button', { name: 'Save or play' }).click()
  await admin.getByRole('link', { name: 'Play', exact: true }).click()
  const recording = admin.getByRole('region', { name: 'Recording of demo-box' })
  await expect(recording.locator('.ap-term-text')).toContainText('played <b>not bold</b>', {
    timeout: 60_000,
  })
  await expect(recording.locator('.ap-term-text')).toBeInViewport({ ratio: 0.9 })
  // A row of 80 letters is as wide as the screen: the player measured the font that it draws with.
  const [row, screen] = await recording
    .locator('.ap-line > span')
    .first()
    .evaluate((span) => [
      span.getBoundingClientRect().right,
      span.closest('.ap-term-text')?.getBoundingClientRect().right ?? 0,
    ])
  expect(row).toBeLessThan((screen ?? 0) + 2)
  await expect(recording.locator('b')).toHaveCount(0)
  await admin.getByRole('combobox', { name: 'Speed' }).click()
  await admin.getByRole('option', { name: '16 ×' }).click()
  await expect(recording.locator('.ap-term-text')).toContainText('played')
  expect(said).toEqual([])

  // Whichever way leads out, no other page may compile WebAssembly; back on this one, the player may.
  const devices = admin.getByRole('heading', { level: 1, name: 'Devices' })
  await admin.getByRole('link', { name: 'Devices', exact: true }).click()
  await expect(devices).toBeVisible()
  expect(await compiles(admin)).toBe(false)
  await admin.goBack()
  await expect(recording.locator('.ap-term-text')).toContainText('Lifeline demo box')
  expect(await compiles(admin)).toBe(true)
  await admin.goForward()
  await expect(devices).toBeVisible()
  expect(await compiles(admin)).toBe(false)
  await admin.goBack()
  await expect(recording.locator('.ap-term-text')).toContainText('Lifeline demo box')
  await admin.getByRole('button', { name: /^Account of/ }).click()
  await admin.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(admin.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(await compiles(admin)).toBe(false)
})

function compiles(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    try {
      return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) instanceof WebAssembly.Module
    } catch {
      return false
    }
  })
}
