import { beforeEach, describe, expect, it } from 'vitest'
import { Breaks } from '../../../server/console/breaks.ts'
import type { Link } from '../../../server/console/transport.ts'
import { FakeClock } from '../../fakes/clock.ts'

describe('a SysRq', () => {
  let clock: FakeClock
  let breaks: Breaks
  let sent: string[]
  let finishBreak: () => void
  let isUp: boolean

  beforeEach(() => {
    clock = new FakeClock()
    breaks = new Breaks(clock)
    sent = []
    isUp = true
  })

  const link: Link = {
    breakSupported: true,
    write(bytes) {
      sent.push(Buffer.from(bytes).toString())
      return true
    },
    drained: () => Promise.resolve(),
    sendBreak() {
      sent.push('BREAK')
      return new Promise((resolve) => {
        finishBreak = resolve
      })
    },
    close: () => Promise.resolve(),
  }

  it('is the break, and the key once that has ended', async () => {
    const sending = breaks.send(link, 's', () => isUp)
    expect(sent).toEqual(['BREAK'])
    finishBreak()
    await sending
    expect(sent).toEqual(['BREAK', 's'])
  })

  it('lets nothing come between the two, and everything afterwards', async () => {
    const sending = breaks.send(link, 's', () => isUp)
    expect(() => breaks.letPass()).toThrow(expect.objectContaining({ code: 'try-later' }))
    await expect(breaks.send(link, 'b', () => isUp)).rejects.toMatchObject({ code: 'try-later' })
    finishBreak()
    await sending
    expect(() => breaks.letPass()).not.toThrow()
    expect(sent).toEqual(['BREAK', 's'])
  })

  it('keeps its key when the break took so long that a shell might get it', async () => {
    const sending = breaks.send(link, 'b', () => isUp)
    clock.advance(4001)
    finishBreak()
    await expect(sending).rejects.toMatchObject({ code: 'try-later' })
    expect(sent).toEqual(['BREAK'])
    expect(() => breaks.letPass()).not.toThrow()
  })

  it('keeps its key when the line went down meanwhile', async () => {
    const sending = breaks.send(link, 'b', () => isUp)
    isUp = false
    finishBreak()
    await expect(sending).rejects.toMatchObject({ code: 'line-down' })
    expect(sent).toEqual(['BREAK'])
  })

  it('does not hold up who types behind a plain break', async () => {
    const sending = breaks.send(link, null, () => isUp)
    expect(() => breaks.letPass()).not.toThrow()
    finishBreak()
    await sending
    expect(sent).toEqual(['BREAK'])
  })
})
