import { setTimeout as sleep } from 'node:timers/promises'
import { chromium as browserType, type Page } from '@playwright/test'
import playwright from '../../../playwright.config.ts'
import { type Device, names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { FarEnd } from '../far-end.ts'
import { notedOn, watchPage } from '../flood-watch.ts'
import { monotonicMs } from '../monotonic.ts'
import type { Target } from '../target.ts'
import { startWorker } from '../workers.ts'
import type { Scenario } from './scenario.ts'

const MB = 1_000_000
const floodBytes = 20 * MB
/** As much as this has been drawn before Ctrl-C is typed. */
const beforeInterrupt = 20 * MB
const withinMs = 120_000

const drawn = 'a flood of 20 MB drawn in Chromium (MB/s)'
const quiet = 'Ctrl-C in a flood, quiet in Chromium (ms)'

/** Floods after a key until Ctrl-C, and shows a prompt then. */
const interrupted: Device = {
  argv: [
    '/bin/sh',
    '-c',
    'stty sane -echo; trap : INT; read -r go; yes "$(seq -s " " 30)"; printf "\\r\\nquiet # "; exec sleep 600',
  ],
}

/** The page itself, in the browser that the page's tests use. */
export const chromium: Scenario = {
  name: 'chromium',
  contenders: [lifeline()],
  goals: [
    { measure: drawn, contender: names.lifeline, atLeast: 12 },
    { measure: quiet, contender: names.lifeline, atMost: 300 },
  ],
  async measure(contender) {
    await using farEnd = startWorker<FarEnd>('far-end.ts')
    const port = await farEnd.call('listen', { echo: false })
    await using running = await contender.start([port, interrupted])
    const [flooded, interruptible] = running.targets
    if (flooded === undefined || interruptible === undefined) throw new Error('There are no consoles.')
    return {
      [drawn]: await onPage(flooded, async (page) => {
        await farEnd.call('flood', { port, bytes: floodBytes, last: '\r\nthe end\u0007' })
        await until(async () => (await notedOn(page)).rang.length > 0)
        const { rang, firstAt } = await notedOn(page)
        return floodBytes / MB / (((rang[0] ?? Number.NaN) - firstAt) / 1000)
      }),
      [quiet]: await onPage(interruptible, async (page) => {
        await page.keyboard.press('Enter')
        await until(async () => (await notedOn(page)).cameAfter > beforeInterrupt)
        await page.keyboard.press('Control+c')
        await until(async () => (await notedOn(page)).quietAt > 0)
        const { quietAt, typedAt } = await notedOn(page)
        return quietAt - typedAt
      }),
    }
  },
}

/** Opens the console's page in a browser of its own, types in its terminal, and closes the browser. */
async function onPage<T>(target: Target, use: (page: Page) => Promise<T>): Promise<T> {
  if (target.kind !== 'lifeline') throw new Error('Only the gateway has this page.')
  const { url, headers } = target
  const browser = await browserType.launch(playwright.use?.launchOptions)
  try {
    const { origin, pathname } = new URL(url)
    const context = await browser.newContext()
    const [name = '', value = ''] = (headers.Cookie ?? '').split('=')
    await context.addCookies([{ name, value, url: origin }])
    const page = await context.newPage()
    await page.addInitScript(watchPage)
    await page.goto(origin + pathname.replace(/^\/api|\/console$/g, ''))
    await page.getByRole('status').filter({ hasText: 'Line: Connected' }).waitFor()
    await page.getByRole('textbox', { name: /^Console of/ }).focus()
    return await use(page)
  } finally {
    await browser.close()
  }
}

/** Looks seldom: each look is work for the page that is measured. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  const end = monotonicMs() + withinMs
  while (!(await happened())) {
    if (monotonicMs() > end) throw new Error(`Nothing for ${withinMs / 1000} s.`)
    await sleep(250)
  }
}
