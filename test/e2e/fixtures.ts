import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import {
  type Browser,
  type BrowserContext,
  test as base,
  expect,
  type Locator,
  type Page,
} from '@playwright/test'
import type { Device } from '../../server/contract/devices.ts'
import { type Answer, ownPassword, type Person, signInFirst } from '../integration/gateway.ts'
import { firstPassword, type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts'
import { freePort } from '../lab/ports.ts'

export { expect, ownPassword }

export const adminEmail = 'admin@lifeline.local'

/** A gateway of the test's own, as people run it: a process, a folder, the built page, and the two demo devices. */
export interface Gateway {
  url: string
  /** The admin's generated password; nobody has changed it yet where the gateway is `untouched`. */
  firstPassword: string
  /** The admin, with a password of their own; made at the first call. */
  admin(): Promise<Person>
  /** A new user with a password of their own. */
  person(name: string): Promise<Person>
  /** Makes somebody a member of the demo devices' project. */
  join(person: Person, role: 'owner' | 'collaborator' | 'watcher'): Promise<void>
  dataDir: string
  /** Ends it without warning. */
  kill(): Promise<void>
  /** With more in its environment, if need be. */
  start(environment?: Record<string, string>): Promise<void>
}

interface Fixtures {
  /** Browsers of other people end with the test: a page that lives on draws, and looks for its gateway, beside all tests that follow. */
  othersLeave: undefined
  /** Whether nobody has signed in to the gateway yet. */
  untouched: boolean
  gateway: Gateway
  /** A page whose person is the admin. */
  admin: Page
}

/** What all gateways of a worker begin with: hashing passwords and loading modules is dear, and the same each time. */
interface Model {
  folder: string
  firstPassword: string
  admin: Person
}

interface WorkerFixtures {
  model: Model
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  othersLeave: [
    async ({ browser, context }, use) => {
      await use(undefined)
      for (const one of browser.contexts()) if (one !== context) await one.close()
    },
    { auto: true },
  ],
  untouched: [false, { option: true }],
  model: [
    async ({ browserName: _ }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'lifeline-e2e-model-'))
      await use(await makeModel(folder))
      await rm(folder, { recursive: true })
    },
    { scope: 'worker' },
  ],
  gateway: async ({ model, untouched }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-e2e-'))
    const gateway = await startGateway(folder, model, untouched)
    await use(gateway)
    await gateway.kill()
    await rm(folder, { recursive: true })
  },
  admin: async ({ gateway, page }, use) => {
    await enter(page.context(), await gateway.admin())
    await page.goto(gateway.url)
    await use(page)
  },
})

/** A gateway whose admin has a password of their own, at rest. It ends by itself, so that what it compiled is kept for the others. */
async function makeModel(folder: string): Promise<Model> {
  const running = await startGatewayProcess(environmentOf(folder, folder))
  const generated = firstPassword(running)
  const admin = await signInFirst(running.url, adminEmail, generated)
  await running.stop()
  return { folder, firstPassword: generated, admin }
}

function environmentOf(folder: string, model: string): Record<string, string> {
  return { LIFELINE_DATA_DIR: join(folder, 'data'), NODE_COMPILE_CACHE: join(model, 'compiled') }
}

async function startGateway(folder: string, model: Model, untouched: boolean): Promise<Gateway> {
  if (!untouched) await cp(join(model.folder, 'data'), join(folder, 'data'), { recursive: true })
  // The same port at each start: the page comes back to where it was.
  const environment = {
    ...environmentOf(folder, model.folder),
    LIFELINE_LISTEN: `127.0.0.1:${await freePort()}`,
  }
  let running: GatewayProcess | undefined = await startGatewayProcess(environment, ['--demo'])
  const { url } = running
  const generated = untouched ? firstPassword(running) : model.firstPassword
  let admin = untouched ? undefined : Promise.resolve(model.admin.at(url))
  const signInAdmin = () => {
    admin ??= signInFirst(url, adminEmail, generated)
    return admin
  }
  return {
    url,
    dataDir: join(folder, 'data'),
    firstPassword: generated,
    admin: signInAdmin,
    async person(name) {
      const email = `${name.toLowerCase()}@example.org`
      const made = must(await (await signInAdmin()).call('POST', '/api/users', { email, name }))
      return signInFirst(url, email, made.body.password)
    },
    async join(person, role) {
      const { projectId } = await demoDevice(await signInAdmin(), 'demo-box')
      const path = `/api/projects/${projectId}/members`
      must(await (await signInAdmin()).call('PUT', path, { email: person.email, role }))
    },
    async kill() {
      await running?.kill()
      running = undefined
    },
    async start(more = {}) {
      running = await startGatewayProcess({ ...environment, ...more }, ['--demo'])
    },
  }
}

export function must(answer: Answer): Answer {
  if (answer.status >= 400) throw new Error(`${answer.status} ${answer.text}`)
  return answer
}

export async function demoDevice(person: Person, name: string): Promise<Device> {
  const devices: Device[] = must(await person.call('GET', '/api/devices')).body
  const device = devices.find((one) => one.name === name)
  if (!device) throw new Error(`There is no device ${name}`)
  return device
}

/** Signs a browser in without the page. */
export async function enter(context: BrowserContext, person: Person): Promise<void> {
  const [name = '', value = ''] = person.cookie.split('=')
  await context.addCookies([
    { name, value, domain: '127.0.0.1', path: '/', httpOnly: true, sameSite: 'Strict' },
  ])
}

/** Gathers what the page says goes wrong from its next load on: errors, exceptions, breaches of its content security policy. */
export async function noteFaults(page: Page): Promise<string[]> {
  const said: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(error.message))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      globalThis.console.error(`policy: ${violatedDirective} ${blockedURI}`)
    })
  })
  return said
}

/**
 * Has the page note whether it ever shows a text, however shortly: who looks now and then may come too late. To be called before it can;
 * what it returns waits until it has.
 */
export async function noteText(page: Page, pattern: RegExp): Promise<() => Promise<void>> {
  const noted = await page.evaluateHandle((wanted) => {
    const found = { shown: false }
    const look = () => {
      found.shown ||= wanted.test(document.body.textContent ?? '')
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    return found
  }, pattern)
  return () => expect.poll(() => noted.evaluate(({ shown }) => shown)).toBe(true)
}

/** A browser of another person. */
export async function pageOf(browser: Browser, gateway: Gateway, person: Person): Promise<Page> {
  const context = await browser.newContext()
  await enter(context, person)
  const page = await context.newPage()
  await page.goto(gateway.url)
  return page
}

/** The console page of a device, read as a person reads it who cannot see it: by the terminal's accessible rows. */
export interface ConsolePage {
  page: Page
  input: Locator
  rows: Locator
  lock: Locator
  state: Locator
  type(text: string): Promise<void>
  paste(text: string): Promise<void>
  /** Waits until some row holds the text. */
  shows(text: string | RegExp): Promise<void>
}

/**
 * What still fades in has too little contrast for a moment: it is looked at again. What stays is a fault. `part` is the selector of what to
 * look at, on a page of thousands of lines.
 */
export async function expectAccessible(page: Page, part = 'html'): Promise<void> {
  await expect(async () => {
    expect((await new AxeBuilder({ page }).include(part).analyze()).violations).toEqual([])
  }).toPass({ timeout: 15_000 })
}

/** Has terminals that are opened from now on show their rows as text too, as for people who cannot see them. */
export async function readable(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('lifeline.screen-reader', 'on'))
}

export async function openConsole(page: Page, device: string): Promise<ConsolePage> {
  await readable(page)
  await page.getByRole('link', { name: device, exact: true }).click()
  return consoleOn(page)
}

export async function consoleOn(page: Page): Promise<ConsolePage> {
  const terminal = page.getByRole('region', { name: 'Terminal' })
  const input = terminal.getByRole('textbox', { name: /^Console of/ })
  const rows = terminal.getByRole('listitem')
  await expect(page.getByRole('group', { name: 'Write lock' })).toBeVisible()
  return {
    page,
    input,
    rows,
    lock: page.getByRole('group', { name: 'Write lock' }),
    state: page.getByRole('status').filter({ hasText: 'Line:' }),
    async type(text) {
      await input.focus()
      await page.keyboard.type(text)
    },
    paste: (text) => pasteInto(input, text),
    async shows(text) {
      await expect(rows.filter({ hasText: text }).first()).toBeAttached()
    },
  }
}

/** As the browser does after Ctrl+Shift+V. */
export function pasteInto(input: Locator, text: string): Promise<void> {
  return input.evaluate(dispatchPaste, text)
}

function dispatchPaste(element: Element, text: string): void {
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', text)
  element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}

/** Logs in to the demo box, from whatever it shows. */
export async function logIn(on: ConsolePage): Promise<void> {
  await on.type('\r')
  await on.shows('lifeline-demo login:')
  await on.type('root\r')
  await on.shows('Password:')
  await on.type('lifeline\r')
  await on.shows(/[#$] $/)
}

/** A device that prints what a shell script says, and then what is typed. */
export async function scripted(gateway: Gateway, page: Page, script: string): Promise<ConsolePage> {
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  const argv = ['/bin/sh', '-c', `stty raw -echo; ${script}; exec cat -v`]
  must(
    await person.call('POST', '/api/devices', {
      projectId,
      name: 'talker',
      transport: { kind: 'command', argv },
    }),
  )
  await page.reload()
  return openConsole(page, 'talker')
}
