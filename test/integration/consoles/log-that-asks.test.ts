import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HeldConsole } from '../../../server/console/console.ts'
import { specOf } from '../../fakes/scripted-device.ts'
import { startDevice, type TestDevice } from '../device.ts'
import { attach, TestConsoles } from './held.ts'

let consoles: TestConsoles
let line: TestDevice
beforeEach(async () => {
  consoles = await TestConsoles.start({}, 'real')
  line = await startDevice()
})
afterEach(async () => {
  await consoles.close()
  await line.close()
})

async function hold(): Promise<HeldConsole> {
  const console = consoles.consoles.hold(
    specOf('web-1', {
      transport: { kind: 'tcp', host: '127.0.0.1', port: line.port },
      allowLocalTargets: true,
    }),
  )
  await console.opened()
  await expect.poll(() => console.summary().line.state, { timeout: 20_000 }).toBe('online')
  await line.connected()
  return console
}

/** Everything that a terminal answers, in a log that somebody shows: `cat` of what a hostile machine wrote. */
const asks = ['c', '>c', '=c', '6n', '?6n', '?996n', '14t', '16t', '18t', '19t', '21t', '?2026$p', '>q']
const log = [
  ...asks.map((query) => `\x1b[${query}`),
  '\x1bP+q544e\x1b\\\x1bP$qm\x1b\\\x1b]4;1;?\x07\x1b]10;?\x07\x1b]11;?\x1b\\\x1b]12;?\x07\x1b]52;c;?\x07\x05',
].join('a line of a log\r\n')
const prompt = '\r\nroot@web-1:~# '
/** Its answer is the last: whatever else is typed stands before it. */
const last = { asked: '\x1b[5n', answer: '\x1b[0n' }

test('a log that asks, then a root shell: reattach, replay, a new link and a restart type not one byte', async () => {
  const console = await hold()
  await expect.poll(() => console.screen(), { timeout: 30_000 }).toBeDefined()
  await line.print(log + last.asked)
  await expect.poll(() => line.typed().toString('latin1'), { timeout: 20_000 }).toContain(last.answer)
  await line.print(prompt)
  const answered = line.typed().toString('latin1')

  const ann = await attach('ann', console, { screen: true })
  ann.attachment.detach()
  const bob = await attach('bob', console, { from: 0 })
  await bob.sees('root@web-1')
  bob.send({ type: 'resume', from: 0 })
  await attach('joe', console)
  line.cut()
  await bob.told('gap')
  await expect.poll(() => console.summary().line.state, { timeout: 20_000 }).toBe('online')
  await console.screen()

  await consoles.restart()
  const again = await hold()
  await expect.poll(() => again.screen(), { timeout: 30_000 }).toBeDefined()
  const eve = await attach('eve', again, { screen: true })
  expect(eve.of('attached')[0]?.screen).toContain('root@web-1')
  await line.print(last.asked)
  await expect.poll(() => line.typed().toString('latin1')).toBe(answered + last.answer)
})
