import { describe, expect, test } from 'vitest'
import { planPush } from '../../../server/inject/plan.ts'
import { addedKey } from '../../../server/inject/push-result.ts'
import { pushKey, reportOf } from './device.ts'
import { keyNamed } from './keys.ts'

const K = keyNamed('K')
const L = keyNamed('L')
const line = ({ text }: { text: string }) => `ssh-ed25519 ${text}\n`

/** What is noted of each key, where these lines with keys were seen of the file. */
function notes(content: string, running: string, sees = (_: string) => true): (string | null)[] {
  const report = reportOf(Buffer.from(content, 'latin1'), { running: [running] })
  for (const file of report.files) file.found = file.found.filter(({ text }) => sees(text))
  const keys = [pushKey(K), pushKey(L)]
  const made = planPush({ report, account: 'ann', keys, now: 0 })
  if (made.kind !== 'plan') throw new Error(`There is no plan: ${JSON.stringify(made)}`)
  return made.plan.keys.map((key) => addedKey(key, 'would-add').shown.note)
}
const comments = (many: number) => '# x\n'.repeat(many)
const keysAlone = (text: string) => text.includes('AAAA')

describe('a key that Dropbear since 2026.92 does not come to', () => {
  test.each<[string, string, (RegExp | null)[]]>([
    ['the last line it reads and the one behind', comments(299), [null, /is line 301/]],
    ['the last line without an end', comments(299).slice(0, -1), [null, /is line 301/]],
    ['one that is there already', comments(300) + line(K), [/is line 301/, /is line 302/]],
    [
      'a spoilt copy, and where it is added',
      `${comments(300)}#${line(K)}`,
      [/commented out there; Dropbear.* line 302/, /303/],
    ],
    ['a long line before them', `${'x'.repeat(10_000)}\n`, [/one stands before/, /one stands before/]],
    ['a line just short enough', `${'x'.repeat(9999)}\n`, [null, null]],
    ['a long line behind one of them', `${line(K)}${'x'.repeat(10_000)}\n`, [null, /one stands before/]],
    ['no file', '', [null, null]],
  ])('%s', (_, content, expected) => {
    const told = notes(content, 'dropbear')
    const asExpected = expected.map((words) => (words === null ? null : expect.stringMatching(words)))
    expect(told).toEqual(asExpected)
    expect(notes(content, 'sshd').join()).not.toContain('Dropbear')
  })

  test('may stand behind a long line that was not seen', () => {
    const many = line(L).repeat(200)
    expect(notes(many, 'dropbear', keysAlone)).toEqual([null, null])
    expect(notes(`${'x'.repeat(10_000)}\n${many}`, 'dropbear', keysAlone)[0]).toMatch(/look whether one/)
    expect(notes(`${'x'.repeat(9_998)}\n${many}`, 'dropbear', keysAlone)[0]).toBeNull()
  })
})

describe('a mark of Google’s guest agent with nothing behind it', () => {
  const mark = '# Added by Google'
  test.each<[string, string, (RegExp | null)[]]>([
    ['costs the first key that is added', `# x\n${mark}\n`, [/takes this key away/, null]],
    ['also without a line end', mark, [/takes this key away/, null]],
    ['does nothing to a key that is there', `${line(K)}${mark}\n`, [null, /takes this key away/]],
    ['is none where a line follows', `${mark}\n${line(L)}`, [null, null]],
    ['is none with anything else in the line', `${mark}\r\n`, [null, null]],
  ])('%s', (_, content, expected) => {
    const asExpected = expected.map((words) => (words === null ? null : expect.stringMatching(words)))
    expect(notes(content, 'sshd')).toEqual(asExpected)
  })
})
