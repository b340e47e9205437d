import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../server/base/errors.ts'
import { LinkError } from '../../../server/console/transport.ts'
import type { CauseCode } from '../../../server/contract/line.ts'
import type { TransportKind } from '../../../server/contract/transports.ts'
import { leakCheck } from './leaks.ts'
import { type Opened, open, refusal, type Target, typedPiece, typeUntilTold } from './opened.ts'

/** More than buffers between a link and its device ever hold, bytes. */
const mostBetween = 64 * 1024 * 1024

/** A real far end with a device behind it that a test plays: what it gets typed, what it prints. */
export interface FarEnd<K extends TransportKind = TransportKind> {
  target: Target<K>
  /** Brings a fresh link to where bytes pass between it and the device: waits for the device's line, logs in where one must. */
  ready(opened: Opened): Promise<void>
  /** All that was typed to the device so far. */
  typed(): Buffer
  print(bytes: Uint8Array): void
  /** The device takes no more input, and goes on. */
  pause(): void
  resume(): void
  /** The far end goes away. Absent: it cannot. */
  hangUp?(): void | Promise<void>
  /** How many BREAKs arrived, or nothing when that cannot be seen. */
  breaks?(): number
  /** What it takes together with a BREAK, as Linux does for SysRq: only then it shows that one came. */
  breakKey?: string
  close(): Promise<void>
}

export interface Suite<K extends TransportKind = TransportKind> {
  /** A new far end, unrelated to any other. */
  start(): Promise<FarEnd<K>>
  /** Far ends that cannot be reached, and why. */
  refusals: { name: string; target: Target<K>; code: CauseCode; message?: RegExp }[]
  /** What a second link to the same far end gets. */
  second: 'a line of its own' | 'the same line' | 'busy'
  breakSupported: boolean
  /** The cause when the far end hangs up; absent when it cannot. */
  hangUp?: { code: CauseCode; message?: RegExp }
  /** How much a burst is on a slow line (default: a megabyte). */
  burstBytes?: number
  /** Who loses what is typed while the device takes nothing: IPMI has no flow control that reaches the gateway. Absent: nobody. */
  losesUntaken?: 'the BMC'
  /** Opens that cannot succeed for now, to be aborted: a far end that does not answer. */
  silent?(): Promise<{ target: Target<K>; close(): Promise<void> }>
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const megabyte = Buffer.from(
  Array.from({ length: 1024 * 1024 }, (_, at) => (at * 7 + (at >> 8) * 13 + (at >> 16)) & 255),
)
// Only what hangs may end by time: no test passes or fails by the speed of the machine.
const patient = { timeout: 100_000, interval: 10 }
const testTimeout = 120_000

/** Tests of what a far end does not have are left out, not skipped: nothing is missing. */
const whenever = (applies: boolean) => (applies ? it : (_name: string, _test: () => Promise<void>) => {})

/** What every transport promises (server/console/transport.ts), tried on its real far end. */
export function transportContract<K extends TransportKind>(name: string, suite: Suite<K>): void {
  describe(name, { timeout: testTimeout }, () => {
    const owned: { close(): Promise<void> }[] = []
    afterEach(async () => {
      for (const one of owned.splice(0).reverse()) await one.close()
    })
    const own = <T extends { close(): Promise<void> }>(one: T): T => {
      owned.push(one)
      return one
    }
    const startFarEnd = async () => own(await suite.start())
    const openReady = async (farEnd: FarEnd<K>) => {
      const opened = own(await open(farEnd.target))
      await farEnd.ready(opened)
      return opened
    }
    const printedSince = (opened: Opened, from: number) => opened.printed().subarray(from)

    it('passes every byte value both ways, in pieces cut anywhere', async () => {
      const farEnd = await startFarEnd()
      const opened = await openReady(farEnd)
      const pairs = Buffer.concat([
        everyByte,
        Buffer.from([255, 255, 13, 0, 13, 10, 13, 13, 0, 255, 240, 17, 19, 3, 4, 26]),
      ])
      for (const size of [1, 2, 3, 7, 100, pairs.length]) {
        const [typedBefore, printedBefore] = [farEnd.typed().length, opened.printedBytes()]
        for (let at = 0; at < pairs.length; at += size) {
          opened.link.write(pairs.subarray(at, at + size))
          farEnd.print(pairs.subarray(at, at + size))
          await nextTurn()
        }
        await expect.poll(() => farEnd.typed().length - typedBefore, patient).toBe(pairs.length)
        await expect.poll(() => opened.printedBytes() - printedBefore, patient).toBe(pairs.length)
        expect(farEnd.typed().subarray(typedBefore).toString('hex')).toBe(pairs.toString('hex'))
        expect(printedSince(opened, printedBefore).toString('hex')).toBe(pairs.toString('hex'))
      }
    })

    it('carries a long burst both ways at once, whole', async () => {
      const burst = megabyte.subarray(0, suite.burstBytes)
      const farEnd = await startFarEnd()
      const opened = await openReady(farEnd)
      const [typedBefore, printedBefore] = [farEnd.typed().length, opened.printedBytes()]
      farEnd.print(burst)
      await typeAll(opened, burst)
      await expect.poll(() => opened.printedBytes() - printedBefore, patient).toBe(burst.length)
      await expect.poll(() => farEnd.typed().length - typedBefore, patient).toBe(burst.length)
      expect(printedSince(opened, printedBefore).equals(burst)).toBe(true)
      expect(farEnd.typed().subarray(typedBefore).equals(burst)).toBe(true)
    })

    whenever(suite.losesUntaken === undefined)(
      'asks to wait when the device takes nothing, still prints, and loses nothing',
      async () => {
        const farEnd = await startFarEnd()
        const opened = await openReady(farEnd)
        const [typedBefore, printedBefore] = [farEnd.typed().length, opened.printedBytes()]
        farEnd.pause()
        let written = 0
        let printed = 0
        let drained = true
        let drain = Promise.resolve()
        // What lies between may take some more for a while: a kernel, a daemon.
        while (drained && written < mostBetween) {
          written += await typeUntilTold(opened)
          drained = false
          drain = opened.link.drained().then(() => {
            drained = true
          })
          farEnd.print(everyByte)
          printed += everyByte.length
          await expect.poll(() => opened.printedBytes() - printedBefore, patient).toBe(printed)
        }
        expect(drained).toBe(false)
        farEnd.resume()
        await drain
        await expect.poll(() => farEnd.typed().length - typedBefore, patient).toBe(written)
        const piece = typedPiece
        for (let at = typedBefore; at < typedBefore + written; at += piece.length) {
          expect(
            farEnd
              .typed()
              .subarray(at, at + piece.length)
              .equals(piece),
          ).toBe(true)
        }
      },
    )

    whenever(suite.refusals.length > 0)('says why a far end cannot be reached', async () => {
      const clean = await leakCheck()
      for (const { name: what, target, code, message } of suite.refusals) {
        const cause = await refusal(target)
        expect(cause, what).toMatchObject({ code })
        if (message) expect(cause.message, what).toMatch(message)
        expect(cause.message, what).toMatch(/^[A-Z/[\w].*[.?]$/s)
      }
      await clean()
    })

    it('frees everything when opening is aborted, before and meanwhile', async () => {
      const farEnd = await startFarEnd()
      const clean = await leakCheck()
      expect(await refusal({ ...farEnd.target, signal: AbortSignal.abort() })).toMatchObject({
        code: 'timeout',
      })
      for (let turns = 0; turns < 20; turns += 1) {
        const abort = new AbortController()
        const opening = open({ ...farEnd.target, signal: abort.signal })
        // It may fail before it is aborted: dropbear turns away the sixth at once from one address.
        opening.catch(() => undefined)
        for (let turn = 0; turn < turns; turn += 1) await nextTurn()
        abort.abort()
        // A far end that is quick has the link open by then, and aborting means nothing any more.
        await opening.then(
          (opened) => opened.close(),
          (error: unknown) => expect(error).toBeInstanceOf(LinkError),
        )
      }
      await clean()
    })

    whenever(suite.silent !== undefined)(
      'gives up on a far end that does not answer, when told to',
      async () => {
        const silent = await suite.silent?.()
        if (silent === undefined) return
        own(silent)
        const clean = await leakCheck()
        const abort = new AbortController()
        const outcome = refusal({ ...silent.target, signal: abort.signal })
        const early = await Promise.race([outcome, pause(200)])
        expect(early).toBeUndefined()
        abort.abort()
        expect(await outcome).toMatchObject({
          code: 'timeout',
          message: expect.stringMatching(/did not answer in time/),
        })
        await clean()
      },
    )

    whenever(suite.hangUp !== undefined)('tells once, and last, that the far end went away', async () => {
      const farEnd = await startFarEnd()
      const opened = await openReady(farEnd)
      const before = opened.printedBytes()
      farEnd.print(Buffer.from('last words'))
      await expect.poll(() => opened.printedBytes() - before, patient).toBe(10)
      await farEnd.hangUp?.()
      const cause = await opened.closed
      expect(cause.code).toBe(suite.hangUp?.code)
      if (suite.hangUp?.message) expect(cause.message).toMatch(suite.hangUp.message)
      // Nothing that is still called on the link does harm, and nothing more is heard of it.
      opened.link.write(Buffer.from('too late'))
      await opened.link.drained()
      await opened.link.sendBreak().catch((error: unknown) => expect(error).toBeInstanceOf(AppError))
      await opened.close()
      expect(opened.events).toEqual(['closed'])
      expect(opened.late).toEqual([])
    })

    it('is silent from the call of close on, and then holds nothing', async () => {
      const farEnd = await startFarEnd()
      const clean = await leakCheck()
      const opened = await openReady(farEnd)
      farEnd.print(megabyte)
      opened.link.write(Buffer.from('x'))
      await Promise.all([opened.close(), opened.close()])
      await clean()
      expect(opened.events).toEqual([])
      expect(opened.late).toEqual([])
    })

    it('closes within 5 s though the device takes nothing', async () => {
      const farEnd = await startFarEnd()
      const clean = await leakCheck()
      const opened = await openReady(farEnd)
      farEnd.pause()
      await typeUntilTold(opened)
      const drained = opened.link.drained()
      const began = performance.now()
      await opened.close()
      expect(performance.now() - began).toBeLessThan(5000)
      await drained
      farEnd.resume()
      await clean()
    })

    it(suite.breakSupported ? 'sends a BREAK' : 'says that it cannot send a BREAK', async () => {
      const farEnd = await startFarEnd()
      const opened = await openReady(farEnd)
      expect(opened.link.breakSupported).toBe(suite.breakSupported)
      const typedBefore = farEnd.typed().length
      if (suite.breakSupported) {
        const before = farEnd.breaks?.() ?? 0
        await opened.link.sendBreak()
        if (farEnd.breakKey !== undefined) opened.link.write(Buffer.from(farEnd.breakKey))
        if (farEnd.breaks) await expect.poll(farEnd.breaks, patient).toBe(before + 1)
      } else {
        await expect(opened.link.sendBreak()).rejects.toMatchObject({ code: 'break-unsupported' })
      }
      opened.link.write(Buffer.from('after'))
      await expect
        .poll(() => farEnd.typed().subarray(typedBefore).toString('latin1').replaceAll('\0', ''), patient)
        .toBe('after')
    })

    it('keeps two links apart', async () => {
      const [one, other] = [await startFarEnd(), await startFarEnd()]
      const [first, second] = [await openReady(one), await openReady(other)]
      const before = [one, other].map((farEnd) => farEnd.typed().length)
      const printedBefore = [first, second].map((opened) => opened.printedBytes())
      for (let round = 0; round < 20; round += 1) {
        first.link.write(Buffer.from('one '))
        second.link.write(Buffer.from('other '))
        one.print(Buffer.from('ONE '))
        other.print(Buffer.from('OTHER '))
        await nextTurn()
      }
      const typed = () =>
        [one, other].map((farEnd, index) => farEnd.typed().subarray(before[index]).toString())
      const printed = () =>
        [first, second].map((opened, index) => printedSince(opened, printedBefore[index] ?? 0).toString())
      await expect.poll(typed, patient).toEqual(['one '.repeat(20), 'other '.repeat(20)])
      await expect.poll(printed, patient).toEqual(['ONE '.repeat(20), 'OTHER '.repeat(20)])
      await first.close()
      second.link.write(Buffer.from('still'))
      await expect.poll(() => typed()[1], patient).toBe(`${'other '.repeat(20)}still`)
      expect(second.events).toEqual([])
    })

    whenever(suite.second === 'busy')(
      'says that a far end held by another link is busy, and leaves that link alone',
      async () => {
        const farEnd = await startFarEnd()
        const opened = await openReady(farEnd)
        expect(await refusal(farEnd.target)).toMatchObject({ code: 'busy' })
        const before = farEnd.typed().length
        opened.link.write(everyByte)
        await expect
          .poll(() => farEnd.typed().subarray(before).toString('hex'), patient)
          .toBe(everyByte.toString('hex'))
        expect(opened.events).toEqual([])
      },
    )

    it('opens again after close, as often as one likes', async () => {
      const farEnd = await startFarEnd()
      const clean = await leakCheck()
      for (let round = 0; round < 3; round += 1) {
        const opened = await openReady(farEnd)
        const [typedBefore, printedBefore] = [farEnd.typed().length, opened.printedBytes()]
        opened.link.write(Buffer.from(`typed ${round}`))
        await expect
          .poll(() => farEnd.typed().subarray(typedBefore).toString(), patient)
          .toBe(`typed ${round}`)
        farEnd.print(Buffer.from(`printed ${round}`))
        await expect
          .poll(() => printedSince(opened, printedBefore).toString(), patient)
          .toBe(`printed ${round}`)
        await opened.close()
      }
      await clean()
    })
  })
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
const pause = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined))

async function typeAll(opened: Opened, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += 16 * 1024) {
    if (!opened.link.write(bytes.subarray(at, at + 16 * 1024))) await opened.link.drained()
  }
}
