import { type BrowserPage, openPage } from '../browser.ts'
import { type Device, names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { FarEnd } from '../far-end.ts'
import { type Noted, watchPage } from '../flood-watch.ts'
import type { Target } from '../target.ts'
import { startWorker } from '../workers.ts'
import type { OneByOne } from './scenario.ts'

const MB = 1_000_000
const floodBytes = 20 * MB
/** As much as this has been drawn before Ctrl-C is typed. */
const beforeInterrupt = 20 * MB
const openedMs = 30_000
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
export const chromium: OneByOne = {
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
        const { rang, firstAt } = await page.until<Noted>('noted.rang.length > 0 && noted', withinMs)
        return floodBytes / MB / (((rang[0] ?? Number.NaN) - firstAt) / 1000)
      }),
      [quiet]: await onPage(interruptible, async (page) => {
        await page.press('Enter')
        await page.until(`noted.cameAfter > ${beforeInterrupt}`, withinMs)
        await page.press('Control+C')
        const { quietAt, typedAt } = await page.until<Noted>('noted.quietAt > 0 && noted', withinMs)
        return quietAt - typedAt
      }),
    }
  },
}

const terminal = `document.querySelector('textarea[aria-label^="Console of"]')`

/** Opens the console's page in a browser of its own, types in its terminal, and closes the browser. */
async function onPage<T>(target: Target, use: (page: BrowserPage) => Promise<T>): Promise<T> {
  if (target.kind !== 'lifeline') throw new Error('Only the gateway has this page.')
  const { url, headers } = target
  const { origin, pathname } = new URL(url)
  const [name = '', value = ''] = (headers.Cookie ?? '').split('=')
  await using page = await openPage({
    url: origin + pathname.replace(/^\/api|\/console$/g, ''),
    cookie: { name, value },
    first: watchPage,
  })
  await page.until(`document.body.textContent.includes('Line: Connected') && ${terminal} !== null`, openedMs)
  await page.until(`(${terminal}.focus(), true)`, openedMs)
  return await use(page)
}
