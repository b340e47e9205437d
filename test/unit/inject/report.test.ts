import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readReport } from '../../../server/inject/program/report.ts'
import { perform } from '../../../server/inject/runner.ts'
import { cksum } from '../../../server/operator/cksum.ts'

const mark = '0123456789abcdef'
const body = 'account 0 1000 1000 2f686f6d652f616e6e0a\nrunning sshd'
const hash = (name: string) => createHash(name).update(body).digest('hex')
const cksumOf = (text: string) => `${cksum(Buffer.from(text))} ${text.length}`
const framed = (text: string, sum = cksumOf(text)) => `<${mark}\n${text}\n>${mark} ${sum}\n`

describe('a report', () => {
  test.each([
    ['cksum', cksumOf(body)],
    ['md5sum', `${hash('md5')} -`],
    ['sha256sum', `${hash('sha256')} -`],
    ['wc -c', `${body.length}`],
  ])('is known to be whole by %s', (_, sum) => {
    const report = { account: { uid: 1000, home: '/home/ann' }, running: ['sshd'] }
    expect(readReport(framed(body, sum))).toMatchObject({ ok: true, report })
    const digit = sum.startsWith('1') ? '2' : '1'
    expect(readReport(framed(body, digit + sum.slice(1)))).toEqual({ ok: false, why: 'damaged' })
  })

  test('is found among what a login and a console print around it', () => {
    const noise = 'Welcome!\r\n<[ 12.3] usb\r\n'
    expect(readReport(`${noise}${framed(body).replaceAll('\n', '\r\n')}$ `).ok).toBe(true)
  })

  test('with any character of it changed, taken out or put in, is not taken', () => {
    const whole = framed(body)
    const start = whole.indexOf(body)
    const at = fc.integer({ min: start, max: start + body.length - 1 })
    fc.assert(
      fc.property(at, fc.constantFrom('', '0', 'x0', '\n'), (at, put) => {
        const text = whole.slice(0, at) + put + whole.slice(at + 1)
        fc.pre(text !== whole)
        expect(readReport(text).ok).toBe(false)
      }),
    )
  })

  test('with a word that nobody knows is not taken', () => {
    expect(readReport(framed(`${body}\nsomething else`))).toEqual({ ok: false, why: 'damaged' })
  })

  test('without its end is none', () => {
    expect(readReport(framed(body).slice(0, -20))).toEqual({ ok: false, why: 'no-report' })
  })
})

describe('a program whose report is damaged', () => {
  const runner = (...printed: string[]) => {
    const runs: string[] = []
    return {
      runs,
      run: async () => {
        const text = printed[runs.length] ?? ''
        runs.push(text)
        return text
      },
    }
  }
  const bad = framed(body, '1 1')
  const look = { verb: 'look', account: 'ann', needles: [] } as const
  const append = {
    ...look,
    verb: 'append',
    path: '/k',
    sum: undefined,
    data: Buffer.of(),
    tighten: [],
  } as const

  test('is run again where it only looks, and not without end', async () => {
    const third = runner(bad, bad, framed(body))
    expect((await perform(third, look)).running).toEqual(['sshd'])
    const never = runner(bad, bad, bad, framed(body))
    await expect(perform(never, look)).rejects.toThrow(/arrived damaged/)
    expect(never.runs).toHaveLength(3)
  })

  test('is not run again where it writes: it may have been done', async () => {
    const writes = runner(bad, framed(body))
    await expect(perform(writes, append)).rejects.toThrow(/Read the keys again/)
    expect(writes.runs).toHaveLength(1)
  })
})
