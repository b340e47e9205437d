import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ipmitool } from '../lab/ipmitool.ts'
import { machineNeeds } from '../lab/machine.ts'
import { type CutWire, cutWire } from './cut-wire.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { edited, type RecoveredMachine, startRecoveredMachine, wayMs } from './recovered-machine.ts'

const timeout = 3 * wayMs
const needs = await machineNeeds()

/** The keys by which a recovery enters its states, in order. */
const states: [string, (typed: string) => boolean][] = [
  ['opening', (typed) => typed.includes('e')],
  ['seeking', (typed) => typed.includes('\x0e')],
  ['reading', (typed) => typed.includes('\x05')],
  ['reading-back', (typed) => typed.includes('plymouth')],
  ['booting', (typed) => typed.includes('\x18')],
  ['shell', (typed) => (typed.split('\x18')[1] ?? '') !== ''],
]

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
      lab = await startRecoveredMachine(gateway, project, 'lab1', { typed: (bytes) => wire.typed(bytes) })
    }, timeout)
    afterAll(async () => {
      await gateway?.close()
      await lab?.machine.close()
    })

    const power = (act: string) => ipmitool(lab.machine.bmc, 'chassis', 'power', act)
    const stop = () => gateway.admin.call('DELETE', `${lab.device}/job`)

    /** What the machine was told to do from then on is as it always was. */
    async function bootsUnedited(from: number) {
      const said = () => lab.printed().slice(from)
      await expect.poll(said, { timeout: wayMs, interval: 100 }).toMatch(/Command line: .*[\r\n]/)
      expect(said()).not.toMatch(edited)
    }

    test('in any state before the password is set leaves the machine as it was', { timeout }, async () => {
      const shadow = await lab.machine.read('/etc/shadow')
      await lab.recover()
      await stop()
      expect((await lab.over()).state).toBe('cancelled')
      for (const [state, key] of states) {
        const pressed = wire.cutAt(key)
        await lab.recover()
        await pressed
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
      const audit = await gateway.admin.call('GET', '/api/audit?action=recovery.ended')
      const stoppedAt = audit.body.map(({ detail }: { detail: { at: string } }) => detail.at).reverse()
      expect(stoppedAt).toEqual(['catching', ...states.map(([state]) => state)])
      await lab.startsPlainly(lab.printed().lastIndexOf('Command line: '))
      await lab.opensAsBefore()
      await power('off')
      await expect.poll(() => power('status'), { timeout: wayMs }).toContain('off')
      expect(await lab.machine.read('/etc/shadow')).toBe(shadow)
    })

    test('when the password is set, and loses its power: the new password opens it', {
      timeout,
    }, async () => {
      const pressed = wire.cutAt((typed) => typed.includes('sysrq-trigger'))
      await lab.recover()
      await pressed
      await power('off')
      await stop()
      const { state, message } = await lab.over()
      expect(state).not.toBe('done')
      expect(message).toContain('The new root password was set before, and is kept.')
      wire.mend()
      const from = lab.printed().length
      await power('on')
      await lab.startsPlainly(from)
      const reveal = { reason: 'the test' }
      const { body } = await gateway.admin.call('POST', `${lab.device}/root-password/reveal`, reveal)
      await lab.opensWith(body.password)
    })
  },
)
