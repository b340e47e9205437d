import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attachment, HeldConsole } from '../../../server/console/console.ts'
import { defaultHistorySettings } from '../../../server/console/settings.ts'
import type { Gap, ServerMessage } from '../../../server/contract/console.ts'
import { bytesAt } from '../history/stream.ts'
import { may, TestConsoles } from './held.ts'

/** A viewer that checks what it gets against what the device printed at that offset. */
class Checker {
  offset: number | undefined
  gaps: Gap[] = []
  problems: string[] = []
  room = true
  acks: boolean
  attachment: Attachment

  constructor(console: HeldConsole, from: number | undefined, acks: boolean) {
    this.acks = acks
    this.attachment = console.attach({
      actor: { id: 'usr_ann', name: 'ann', email: 'ann@example.org', address: null },
      permissions: may(true),
      watchOnly: false,
      from,
      flow: acks ? 'ack' : 'sink',
      sink: {
        bytes: (chunk) => this.#take(chunk),
        message: (message) => this.#hear(message),
        end: () => undefined,
      },
    })
  }

  /** Reads on: takes what waits, acknowledges what it has. */
  readOn(): void {
    this.room = true
    this.attachment.drained()
    if (this.acks && this.offset !== undefined) {
      this.attachment.message({ type: 'ack', offset: this.offset })
    }
  }

  #take(chunk: Uint8Array): boolean {
    const at = this.offset ?? Number.NaN
    if (Buffer.compare(chunk, bytesAt(at, chunk.length)) !== 0) this.problems.push(`wrong bytes at ${at}`)
    this.offset = at + chunk.length
    return this.room
  }

  #hear(message: ServerMessage): void {
    if (message.type === 'attached') this.offset = message.offset
    if (message.type !== 'gap') return
    if (message.gap.from !== this.offset) this.problems.push(`a gap of ${message.gap.from} at ${this.offset}`)
    this.offset = message.gap.to
    this.gaps.push(message.gap)
  }
}

type Act = { kind: string; size: number; who: number }

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('print') },
    { weight: 3, arbitrary: fc.constantFrom('attach', 'read', 'turn') },
    { weight: 2, arbitrary: fc.constantFrom('stall', 'leave', 'resume') },
    { weight: 1, arbitrary: fc.constantFrom('lose', 'cut', 'restart', 'wait') },
  ),
  size: fc.oneof(fc.nat(300), fc.nat(200_000)),
  who: fc.nat(2),
})

test('whatever viewers, device and gateway do, each viewer has the bytes of the device or a gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (acts) => {
      const all = await TestConsoles.start({
        history: { ...defaultHistorySettings, segmentBytes: 100_000, ringBytes: 4096, maxBytes: 1_000_000 },
      })
      let { console, device } = await all.hold('web-1')
      const viewers = new Map<number, Checker>()
      const everybody: Checker[] = []
      let printed = 0
      for (const { kind, size, who } of acts) {
        const viewer = viewers.get(who)
        if (kind === 'print' && device.online) {
          for (let left = size; left > 0; left -= 40_000) {
            device.print(bytesAt(printed, Math.min(left, 40_000)))
            printed += Math.min(left, 40_000)
          }
        }
        if (kind === 'lose' && device.online) {
          device.lose(size % 1000)
          printed += size % 1000
        }
        if (kind === 'attach' && viewer === undefined) {
          const { end } = console.summary()
          const checker = new Checker(console, size % 3 === 0 ? undefined : size % (end + 1), size % 2 === 0)
          viewers.set(who, checker)
          everybody.push(checker)
        }
        if (kind === 'resume' && viewer?.offset !== undefined) {
          viewer.attachment.detach()
          const checker = new Checker(console, viewer.offset, viewer.acks)
          viewers.set(who, checker)
          everybody.push(checker)
        }
        if (kind === 'stall' && viewer !== undefined) viewer.room = false
        if (kind === 'read') viewer?.readOn()
        if (kind === 'leave') {
          viewer?.attachment.detach()
          viewers.delete(who)
        }
        if (kind === 'turn') await new Promise((resolve) => setImmediate(resolve))
        if (kind === 'wait') await new Promise((resolve) => setTimeout(resolve, 30))
        if (kind === 'cut' && device.online) {
          device.cut()
          console.reconnect()
          await expect.poll(() => device.online, { interval: 1 }).toBe(true)
        }
        if (kind === 'restart') {
          viewers.clear()
          await all.restart()
          ;({ console, device } = await all.hold('web-1'))
          expect(console.summary().end).toBe(printed)
        }
      }
      for (const viewer of viewers.values()) {
        await expect
          .poll(
            () => {
              viewer.readOn()
              return viewer.offset
            },
            { interval: 2, timeout: 20_000 },
          )
          .toBe(printed)
        // Nobody is told the same gap twice.
        expect(new Set(viewer.gaps.map((gap) => JSON.stringify(gap))).size).toBe(viewer.gaps.length)
      }
      for (const { problems, gaps } of everybody) {
        expect(problems).toEqual([])
        // The disk keeps up: what is missing is too old, or was lost on the way to us.
        const missing = gaps.filter(({ from, to, cause }) => to > from && cause === 'not-recorded')
        expect(missing).toEqual([])
      }
      await all.close()
    }),
    { numRuns: 40 },
  )
})
