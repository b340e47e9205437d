import { chromium } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enter, openConsole } from '../e2e/fixtures.ts'
import { startDevice, type TestDevice } from '../integration/device.ts'
import { hostileMegabytes } from './hostile-bytes.ts'
import { type Rig, report, startRig } from './rig.ts'

const megabytes = Number(process.env.SOAK_MEGABYTES ?? 1024)
/** What the gateway may take beside what it had, MB: buffers of the line and of two viewers, the screen, history's memory. */
const room = 150

let rig: Rig
let device: TestDevice
beforeAll(async () => {
  rig = await startRig()
  device = await startDevice()
  await rig.addDevice('hostile', device.port)
  await device.connected()
})
afterAll(async () => {
  await rig.close()
  await device.close()
})

test('a gigabyte of random and crafted bytes: memory stays bounded, the page lives, nothing of it is typed back', async () => {
  await using browser = await chromium.launch({
    executablePath: process.env.LIFELINE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const context = await browser.newContext({ baseURL: rig.gateway().url, permissions: [] })
  const page = await context.newPage()
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(error.message))
  page.on('dialog', (dialog) => broken.push(`a dialog: ${dialog.message()}`))
  page.on('popup', () => broken.push('a popup'))
  await enter(context, rig.admin())
  await page.goto('/')
  const console = await openConsole(page, 'hostile')
  await device.print('it begins\r\n')
  await console.shows('it begins')

  const seed = Number(process.env.SOAK_SEED ?? 1)
  const next = hostileMegabytes(seed)
  const before = rig.memory()
  let peak = before
  let slowest = 0
  for (let index = 0; index < megabytes; index += 1) {
    const { kind, bytes } = next(index)
    await device.print(bytes)
    if (index % 32 !== 0) continue
    peak = Math.max(peak, rig.memory())
    expect(peak - before, `after ${kind}, seed ${seed}`).toBeLessThan(room)
    const asked = performance.now()
    expect(await page.evaluate(() => document.title)).toMatch(/hostile/)
    slowest = Math.max(slowest, performance.now() - asked)
  }
  // Out of whatever the bytes before have begun: CAN, ST, RIS.
  await device.print('\x18\x1b\\\x1bcthe end of it\r\n')
  // What the page has not drawn yet is passed over for who interrupts: history keeps it.
  await console.input.press('Control+c')
  await expect.poll(() => console.rows.allInnerTexts(), { timeout: 120_000 }).toContain('the end of it')
  await expect.poll(() => device.typed().toString('latin1')).toContain('\x03')
  expect(broken).toEqual([])
  // The terminal may answer what it reads late between anything.
  const typed = device.typed().toString('latin1').replace('\x03', '')
  report('a hostile device', {
    seed,
    megabytes,
    'memory before MB': before,
    'at most MB': peak,
    'slowest answer of the page ms': slowest,
    'answers typed, bytes': typed.length,
  })
  expect(typed).toMatch(answersOnly)
})

/** What a terminal answers, and nothing that a device could have chosen the words of: ECMA-48, DEC VT510, xterm's ctlseqs. */
const answersOnly =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal answers begin with one
  /^(?:\x1b\[[?>=]?[\d;]*(?:[cnRtuxy]|\$y)|\x1bP[01][$+]r[\d;A-Za-z =]*\x1b\\|\x1bP>\|[\w ().-]*\x1b\\|\x1bP![|][0-9A-F]*\x1b\\|\x1b\](?:10|11|12|4;\d+);rgb:[\da-f/]+(?:\x07|\x1b\\))*$/
