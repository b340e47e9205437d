import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const start = join(import.meta.dirname, '../../scripts/start')

let folder: string
const running: Started[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'))
})

afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

test('starts the gateway and the page from any folder, and shows the first password once', async () => {
  const first = run()
  const address = await first.address()
  const health = await fetch(`${address}/api/health`)
  expect(health.status).toBe(200)
  const page = await fetch(address)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(await page.text()).toContain('<script type="module"')
  expect(first.output()).toMatch(/Sign in as {2}\S+@\S+\n +Password +\S{12,}\n/)
  expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700)
  expect(await first.end('SIGINT')).toBe(0)

  const second = run()
  await second.address()
  expect(second.output()).not.toContain('Password')
  expect(await second.end('SIGTERM')).toBe(0)
})

test('the page is built with what React is for people, whatever NODE_ENV is where it is built', async () => {
  const assets = join(import.meta.dirname, '../../dist/web/assets')
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'))
  expect(scripts).not.toHaveLength(0)
  // React's development build draws a flood at half the speed.
  for (const name of scripts) expect(await readFile(join(assets, name), 'utf8'), name).not.toContain('jsxDEV')
})

test('hands its options on to the gateway', async () => {
  const started = run(['--demmo'])
  expect(await started.ended).toBe(1)
  expect(started.output()).toContain('--demmo')
  expect(started.output()).toContain('Usage: scripts/start [--demo]')
})

interface Started {
  child: ChildProcess
  /** Everything printed so far. */
  output(): string
  /** The address that the gateway prints, once it does. */
  address(): Promise<string>
  end(signal: NodeJS.Signals): Promise<number | null>
  /** The exit code. */
  ended: Promise<number | null>
}

function run(options: string[] = []): Started {
  const child = spawn(start, options, {
    cwd: folder,
    env: {
      ...process.env,
      LIFELINE_LISTEN: '127.0.0.1:0',
      LIFELINE_DATA_DIR: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const started: Started = {
    child,
    ended,
    output: () => output,
    async address() {
      const running = /running at (\S+)/
      let over = false
      void ended.then(() => {
        over = true
      })
      await expect.poll(() => over || running.test(output), { timeout: 60_000 }).toBe(true)
      return running.exec(output)?.[1] ?? expect.fail(`The gateway ended:\n${output}`)
    },
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
  running.push(started)
  return started
}
