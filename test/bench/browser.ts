import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import playwright from '../../playwright.config.ts'
import { startProcess } from '../lab/process.ts'
import { connectTools } from './devtools.ts'
import { monotonicMs } from './monotonic.ts'
import { scratch } from './scratch.ts'

const keys = {
  Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  'Control+C': { key: 'c', code: 'KeyC', windowsVirtualKeyCode: 67, modifiers: 2 },
}
const size = { width: 1280, height: 720, deviceScaleFactor: 1, mobile: false }

/** A page in a browser of its own. */
export interface BrowserPage extends AsyncDisposable {
  /** The value of an expression, once it is truthy. It is asked seldom: each time is work for the page that is measured. */
  until<T>(expression: string, withinMs: number): Promise<T>
  press(key: keyof typeof keys): Promise<unknown>
}

export interface PageRequest {
  url: string
  cookie: { name: string; value: string }
  /** Run before the page's own scripts. */
  first: () => void
}

/**
 * Opens a page in the Chromium of the page's tests. Not by Playwright: it has Chromium hand it each WebSocket message in base64, by which
 * a flood was drawn half as fast as for somebody who just looks (Chrome DevTools Protocol, Network.webSocketFrameReceived).
 */
export async function openPage({ url, cookie, first }: PageRequest): Promise<BrowserPage> {
  const { executablePath = '', args = [] } = playwright.use?.launchOptions ?? {}
  await using parts = new AsyncDisposableStack()
  const folder = await mkdtemp(join(scratch(), 'browser-'))
  parts.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  const browser = await startProcess({
    command: executablePath,
    args: [...args, '--headless', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'],
  })
  parts.defer(() => browser.close())
  const [, endpoint = ''] = await browser.waitFor(/DevTools listening on (ws:\S+)/)
  const tools = parts.use(await connectTools(endpoint))
  const { targetInfos } = await tools.call<{ targetInfos: { targetId: string; type: string }[] }>(
    'Target.getTargets',
  )
  const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId
  const { sessionId } = await tools.call<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  })
  const call = <T>(method: string, params: object = {}) => tools.call<T>(method, params, sessionId)
  await call('Emulation.setDeviceMetricsOverride', size)
  await call('Emulation.setFocusEmulationEnabled', { enabled: true })
  await call('Page.enable')
  await call('Page.addScriptToEvaluateOnNewDocument', { source: `(${first})()` })
  await call('Network.setCookie', { ...cookie, url })
  await call('Page.navigate', { url })
  const running = parts.move()
  return {
    async until<T>(expression: string, withinMs: number): Promise<T> {
      const end = monotonicMs() + withinMs
      for (;;) {
        const { result } = await call<{ result: { value: T } }>('Runtime.evaluate', {
          expression,
          returnByValue: true,
        })
        if (result.value) return result.value
        if (monotonicMs() > end) throw new Error(`Not so after ${withinMs / 1000} s: ${expression}`)
        await sleep(250)
      }
    },
    async press(key) {
      await call('Input.dispatchKeyEvent', { type: 'keyDown', ...keys[key] })
      await call('Input.dispatchKeyEvent', { type: 'keyUp', ...keys[key] })
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
