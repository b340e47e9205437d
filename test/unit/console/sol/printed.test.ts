import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PrintedBySol } from '../../../../server/console/sol/printed.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const banner = '[SOL Session operational.  Use \xf4? for help]\n'
const notice = '\xf4B [send break]\n'

/** What is the device's in `all`, when it comes cut at `cuts`. */
function deviceBytes(printed: PrintedBySol, all: string, cuts: number[]): string {
  const ends = [...new Set([...cuts.map((cut) => cut % (all.length + 1)), all.length])].toSorted(
    (a, b) => a - b,
  )
  let from = 0
  let device = ''
  for (const end of ends) {
    device += Buffer.from(printed.receive(bytes(all.slice(from, end)))).toString('latin1')
    from = end
  }
  return device + Buffer.from(printed.rest()).toString('latin1')
}

const text = fc
  .array(fc.constantFrom(notice, banner, '\xf4', 'B', ' ', '[send', '\n', 'x'), { maxLength: 12 })
  .map((parts) => parts.join(''))
const cuts = fc.array(fc.nat())

describe('what ipmitool prints', () => {
  it('is the device’s from right after the banner, also where it looks like words of ipmitool', () => {
    fc.assert(
      fc.property(text, cuts, (device, at) => {
        const printed = new PrintedBySol()
        expect(deviceBytes(printed, `Get HPM.x failed\r\n${banner}${device}`, at)).toBe(device)
        expect(printed.operational).toBe(true)
      }),
    )
  })

  it('loses as many notices of a BREAK as we asked for, the first ones, and nothing else', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 3 }), cuts, (device, asked, at) => {
        const printed = new PrintedBySol()
        printed.receive(bytes(banner))
        for (let count = 0; count < asked; count += 1) printed.expectBreakNotice()
        expect(deviceBytes(printed, device, at)).toBe(withoutFirst(device, asked))
      }),
    )
  })

  it.each([
    '',
    'Error: Unable to establish IPMI v2 / RMCP+ session\n',
    banner.replace('\xf4', '~'),
    banner.slice(0, -1),
  ])('is no console yet with %j', (before) => {
    const printed = new PrintedBySol()
    expect(deviceBytes(printed, before, [])).toBe('')
    expect(printed.operational).toBe(false)
  })
})

function withoutFirst(device: string, count: number): string {
  let left = device
  let from = 0
  for (let taken = 0; taken < count; taken += 1) {
    const at = left.indexOf(notice, from)
    if (at < 0) break
    left = left.slice(0, at) + left.slice(at + notice.length)
    from = at
  }
  return left
}
