import { expect, test } from 'vitest'
import { plainScreen } from '../../../../server/console/prompts/plain-screen.ts'
import type { Driver } from '../../../../server/operator/jobs.ts'
import { walkToShell } from '../../../../server/recover/boot/walk.ts'
import { TestDesk } from '../../operator/far-end.ts'

/** What a system prints that is loaded with no menu in sight, and the ms until then; login(1) shows Esc as `^[`. */
const start = [
  [1000, 'Loading Linux 6.1.0 ...\r\n'],
  [500, 'Loading initial ramdisk ...\r\n'],
  [3000, '[    0.000000] Linux version 6.1.0\r\n'],
  [4000, '[    4.100000] systemd[1]: Started getty.\r\n'],
  [4000, '\r\nlab1 login: '],
] as const

test('a start that is over before the power control says so was missed, and is not waited for', async () => {
  const desk = new TestDesk((byte) => (byte === 0x1b ? '^[' : ''))
  const { clock, typist } = desk
  const screen = async () => plainScreen(desk.printed, { rows: 24, cols: 80 }, desk.printed.length)
  const hands = { typist, cleaner: typist, screen }
  const begun = clock.monotonic()
  let restarts = 0
  const restart = async () => {
    restarts += 1
    let at = 0
    for (const [ms, printed] of start) {
      at += ms
      clock.after(at, () => desk.print(printed))
    }
    // The first time it answers at once, the second when the system has started.
    if (restarts === 2) await typist.pause(at + 5000)
  }
  const walk = { restart, unattended: true, rehearsal: false, moved: () => undefined }
  const end = desk.run(walkToShell({ hands } as unknown as Driver, walk), undefined, 10)
  expect(await end).toEqual({ at: 'refused', cause: 'menu-missed' })
  expect(restarts).toBe(2)
  expect(clock.monotonic() - begun).toBeLessThan(60_000)
})
