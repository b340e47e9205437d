import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Page } from '@playwright/test'
import { notedOn as noted, watchPage } from '../bench/flood-watch.ts'
import { demoDevice, expect, type Gateway, must, test } from './fixtures.ts'

/** A far end on plain TCP. What arrives is told; what it prints is up to the test. */
async function farEnd(
  gateway: Gateway,
  page: Page,
  allow: { typed: (bytes: Buffer, socket: Socket) => void },
) {
  let socket: Socket | undefined
  const server = createServer((connected) => {
    socket = connected.setNoDelay(true).on('data', (bytes: Buffer) => allow.typed(bytes, connected))
    connected.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const person = await gateway.admin()
  const { projectId } = await demoDevice(person, 'demo-box')
  must(
    await person.call('POST', '/api/devices', {
      projectId,
      name: 'flood',
      transport: { kind: 'tcp', host: '127.0.0.1', port },
    }),
  )
  await page.reload()
  // Without the rows as text: that is for people who do not look, and costs what is measured here.
  await page.getByRole('link', { name: 'flood', exact: true }).click()
  return {
    print: (bytes: string | Buffer) => socket?.write(bytes),
    close() {
      socket?.destroy()
      server.close()
    },
  }
}

const line = `${'0123456789 the quick brown fox jumps over the lazy dog '.slice(0, 53)}\u001b[32mok\u001b[0m ${'x'.repeat(10)}\r\n`
const megabyte = Buffer.from(line.repeat(Math.ceil(1_000_000 / line.length)))
/** Only where nothing else runs do times say anything: `LIFELINE_MEASURE=1`. */
const measured = process.env.LIFELINE_MEASURE === '1'

function tell(description: string): void {
  test.info().annotations.push({ type: 'measured', description })
  if (measured) process.stdout.write(`${description}\n`)
}

test('a flood of 20 MB is drawn to its end', async ({ admin, gateway }) => {
  await admin.addInitScript(watchPage)
  const device = await farEnd(gateway, admin, { typed: () => undefined })
  await expect(admin.getByRole('status').filter({ hasText: 'Line: Connected' })).toBeVisible()
  for (let sent = 0; sent < 20; sent++) device.print(megabyte)
  device.print('the end\u0007')
  await expect.poll(async () => (await noted(admin)).rang.length, { timeout: 60_000 }).toBeGreaterThan(0)
  const { rang, firstAt, cameAfter } = await noted(admin)
  const ms = (rang[0] ?? 0) - firstAt
  const rate = cameAfter / 1000 / ms
  tell(`${cameAfter} bytes drawn at ${rate.toFixed(1)} MB/s`)
  expect(cameAfter).toBe(20 * megabyte.length + 8)
  if (measured) expect(rate).toBeGreaterThanOrEqual(12)
  device.close()
})

test('Ctrl-C quiets a flood, whatever the device had printed by then', async ({ admin, gateway }) => {
  await admin.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null
  })
  await admin.addInitScript(watchPage)
  let flooding = false
  const pump = (socket: Socket) => {
    while (flooding && socket.write(megabyte)) {}
  }
  const device = await farEnd(gateway, admin, {
    typed(bytes, socket) {
      if (bytes.includes(0x03)) {
        flooding = false
        socket.write('^C\r\nquiet # ')
      } else {
        flooding = true
        socket.on('drain', () => pump(socket))
        pump(socket)
      }
    },
  })
  await expect(admin.getByRole('status').filter({ hasText: 'Line: Connected' })).toBeVisible()
  const terminal = admin.getByRole('textbox', { name: /^Console of/ })
  await terminal.focus()
  await admin.keyboard.press('y')
  await expect
    .poll(async () => (await noted(admin)).cameAfter, { timeout: 60_000 })
    .toBeGreaterThan(20_000_000)
  await admin.keyboard.press('Control+c')
  await expect.poll(async () => (await noted(admin)).quietAt, { timeout: 60_000 }).toBeGreaterThan(0)
  const { quietAt, typedAt, cameAfter } = await noted(admin)
  const ms = quietAt - typedAt
  tell(`quiet after ${ms.toFixed(0)} ms and ${cameAfter} more bytes`)
  // What was in flight, and what network buffers held: not the flood's lead.
  expect(cameAfter).toBeLessThan(16_000_000)
  if (measured) expect(ms).toBeLessThanOrEqual(300)
  device.close()
})
