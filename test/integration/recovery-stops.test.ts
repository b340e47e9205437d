import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds } from '../lab/machine.ts'
import { type CutWire, cutWire } from './cut-wire.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { edited, type RecoveredMachine, startRecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 3 * wayMs
const needs = await machineNeeds()

/** Whether these were typed, in this order. */
const typedInOrder =
  (...keys: string[]) =>
  (typed: string): boolean => {
    let from = 0
    return keys.every((key) => {
      const at = typed.indexOf(key, from)
      from = at + key.length
      return at >= 0
    })
  }

/** The keys by which a recovery enters its states, in order. */
const states: [string, (typed: string) => boolean][] = [
  ['opening', typedInOrder('e')],
  ['leaving', typedInOrder('e', '\x1b')],
  ['entering', typedInOrder('e', '\x1b', '\r')],
  ['seeking', typedInOrder('\x0e')],
  ['reading', typedInOrder('\x05')],
  ['reading-back', typedInOrder('plymouth')],
  ['booting', typedInOrder('\x18')],
  ['shell', (typed) => (typed.split('\x18')[1] ?? '') !== ''],
]

/** All of these are met on the way into a submenu. The kernel takes a busy emulator's timer for a broken one. */
const submenu = (menu: string) =>
  menu
    .replace('set default=0', 'set default="1>0"')
    .replace('set timeout=2', 'set timeout=4')
    .replaceAll(' single ', ' no_timer_check ')

/** What a recovery might change; a start writes elsewhere. */
const kept = ['/etc', '/boot', '/root']

/** The others are followed by a restart of the next recovery, which finds the entry as it was. */
const typesIntoTheEntry: ReadonlySet<string> = new Set(['reading-back', 'booting', 'shell'])

describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a recovery that is stopped' : `stopped recoveries (needs ${needs})`,
  () => {
    let gateway: TestGateway
    let lab: RecoveredMachine
    let wire: CutWire

    beforeAll(async () => {
      gateway = await startGateway()
      wire = cutWire()
      const project = await gateway.project('fleet')
      const typed = (bytes: Buffer) => wire.typed(bytes)
      lab = await startRecoveredMachine(gateway, project, 'lab1', { typed, bootMenu: submenu })
    }, timeout)
    afterAll(async () => {
      await gateway?.close()
      await lab?.machine.close()
    })

    const power = (act: string) => ipmitool(lab.machine.bmc, 'chassis', 'power', act)
    const stop = () => gateway.admin.call('DELETE', `${lab.device}/job`)

    /** What the gateway was to do with its power is over; it does one thing at a time. */
    async function powerRests() {
      const run = async () => (await gateway.admin.call('GET', `${lab.device}/power`)).body.run?.state
      await expect.poll(run, { timeout: wayMs, interval: 100 }).not.toBe('running')
    }

    /** Recovers it up to this key. One that ends before would be waited for in vain. */
    async function recoverUntil(key: (typed: string) => boolean) {
      const pressed = wire.cutAt(key)
      await powerRests()
      await lab.recover()
      const early = await Promise.race([pressed, lab.over()])
      expect(early && [early.message, ...early.screen].join('\n')).toBeUndefined()
    }

    /** What the machine was told to do from then on is as it always was. */
    async function bootsUnedited(from: number) {
      const said = () => lab.printed().slice(from)
      await expect.poll(said, { timeout: wayMs, interval: 100 }).toMatch(/Command line: .*[\r\n]/)
      expect(said()).not.toMatch(edited)
    }

    async function switchedOff() {
      await power('off')
      await expect.poll(() => power('status'), { timeout: wayMs }).toContain('off')
    }

    /** Where the recoveries stood when they ended, the first one first. */
    async function stoppedAt(): Promise<string[]> {
      const { body } = await gateway.admin.call('GET', '/api/audit?action=recovery.ended')
      return body.map(({ detail }: { detail: { at: string } }) => detail.at).reverse()
    }

    /** After a plain start. */
    async function opensWithTheKept() {
      const reveal = { reason: 'the test' }
      const { body } = await gateway.admin.call('POST', `${lab.device}/root-password/reveal`, reveal)
      await lab.opensWith(body.password)
    }

    test('in any state before the password is set leaves the machine as it was', { timeout }, async () => {
      const shadow = await lab.machine.files.read('/etc/shadow')
      await lab.recover()
      await stop()
      expect((await lab.over()).state).toBe('cancelled')
      for (const [state, key] of states) {
        await recoverUntil(key)
        await stop()
        const { state: end, message } = await lab.over()
        expect([end, message], state).toEqual([
          'cancelled',
          expect.stringContaining('Nothing was changed on its disk.'),
        ])
        wire.mend()
        if (!typesIntoTheEntry.has(state)) continue
        const from = lab.printed().length
        await power('cycle')
        await bootsUnedited(from)
      }
      expect(await stoppedAt()).toEqual(['catching', ...states.map(([state]) => state)])
      await lab.startsPlainly(lab.printed().lastIndexOf('Command line: '))
      await lab.opensAsBefore()
      await switchedOff()
      expect(await lab.machine.files.read('/etc/shadow')).toBe(shadow)
    })

    test('when the password is set, and loses its power: the new password opens it', {
      timeout,
    }, async () => {
      await recoverUntil(typedInOrder('sysrq-trigger'))
      await power('off')
      await stop()
      const { state, message, steps } = await lab.over()
      expect(state).not.toBe('done')
      expect(message).toContain('The new root password was set before, and is kept.')
      expect(steps.at(-1)).toMatchObject({ step: 'start' })
      expect((await stoppedAt()).at(-1)).toBe('rescued')
      wire.mend()
      const from = lab.printed().length
      await power('on')
      await lab.startsPlainly(from)
      await opensWithTheKept()
    })

    test('at the login that was to prove it: the new password opens it, and nothing else is changed', {
      timeout,
    }, async () => {
      await switchedOff()
      const before = await lab.machine.files.sums(kept)
      await recoverUntil(typedInOrder('sysrq-trigger', 'root'))
      await stop()
      const { state, message, steps } = await lab.over()
      expect([state, message]).toEqual([
        'cancelled',
        expect.stringContaining('The new root password was set and is kept, but no login proved it'),
      ])
      expect(steps.at(-1)).toMatchObject({ step: 'proof' })
      wire.mend()
      const from = lab.printed().length
      await power('cycle')
      await lab.startsPlainly(from)
      await opensWithTheKept()
      await switchedOff()
      const after = await lab.machine.files.sums(kept)
      const paths = Object.keys({ ...before, ...after })
      const changed = paths.filter((path) => before[path] !== after[path])
      expect(changed.toSorted()).toEqual(['/etc/shadow', '/etc/shadow-'])
    })
  },
)
