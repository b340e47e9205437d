import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sha256Fingerprint } from '../../../server/contract/public-key/fingerprint.ts'
import { linesOf } from '../../../server/inject/authorized-keys/lines.ts'
import { standingOf } from '../../../server/inject/authorized-keys/standing.ts'
import { type Plan, type PushKey, planPush } from '../../../server/inject/plan.ts'
import type { Report } from '../../../server/inject/program/report.ts'
import { fileReport, home, keysPath, mode, pushKey, reportOf, written } from './device.ts'
import { keyNamed } from './keys.ts'

const [K, L, M] = ['K', 'L', 'M'].map(keyNamed)
if (!K || !L || !M) throw new Error('There are three keys.')
const now = Date.UTC(2026, 10, 28)

const planning = (report: Report, keys: PushKey[]) => planPush({ report, account: 'ann', keys, now })
const planOf = (report: Report, keys: PushKey[]): Plan => {
  const made = planning(report, keys)
  if (made.kind !== 'plan') throw new Error(`There is no plan: ${JSON.stringify(made)}`)
  return made.plan
}
const refusal = (report: Report): string => {
  const made = planning(report, [pushKey(K)])
  return made.kind === 'refused' ? made.why : made.kind
}
const bytes = (text: string) => Buffer.from(text, 'latin1')
const textOf = (plan: Plan) => Buffer.from(plan.write?.data ?? []).toString()

describe('the write of a push', () => {
  test('is one line of type, base64 and comment', () => {
    const plan = planOf(reportOf(bytes('old\n')), [pushKey(K, ' ann@desk ')])
    expect(textOf(plan)).toBe(`ssh-ed25519 ${K.text} ann@desk\n`)
    expect(plan.write).toMatchObject({ path: keysPath, sum: expect.stringMatching(/ 4$/), tighten: [] })
  })

  test.each([
    ['no newline at the end', '\nssh'],
    ['a NUL\0', '\nssh'],
    ['CRLF\r\n', 'ssh'],
    ['CR\r', '\nssh'],
    ['', 'ssh'],
  ])('begins after %j with %j', (content, start) => {
    expect(textOf(planOf(reportOf(bytes(content)), [pushKey(K)])).slice(0, start.length)).toBe(start)
  })

  test('makes the file where there is none', () => {
    expect(planOf(reportOf(undefined), [pushKey(K)]).write).toMatchObject({ path: keysPath, sum: undefined })
  })

  test('keeps the order of the selection, and writes a key once', () => {
    const plan = planOf(reportOf(undefined), [pushKey(L, 'l'), pushKey(K, 'k'), pushKey(L, 'again')])
    expect(textOf(plan)).toBe(`ssh-ed25519 ${L.text} l\nssh-ed25519 ${K.text} k\n`)
  })

  test.each(['a\nssh-ed25519 x', 'a\u2028b', 'a\rb', 'a\u0085b', 'a\x1bb'])(
    'leaves out the comment %j',
    (comment) => {
      expect(textOf(planOf(reportOf(undefined), [pushKey(K, comment)]))).toBe(`ssh-ed25519 ${K.text}\n`)
    },
  )

  test('leaves out a comment with which Dropbear would pass over the line', () => {
    const room = 3000 - `ssh-ed25519 ${K.text} `.length
    const wide = (many: number) => 'é'.repeat(Math.floor(many / 2)) + 'e'.repeat(many % 2)
    const data = (many: number) => planOf(reportOf(undefined), [pushKey(K, wide(many))]).write?.data
    expect([data(room)?.length, data(room + 1)?.length]).toEqual([3001, `ssh-ed25519 ${K.text}\n`.length])
  })

  test('lets root become the account, so that no link of its leads root astray', () => {
    const report = reportOf(undefined, { account: { runsAs: 0, uid: 1000, gid: 1000, home } })
    expect(planOf(report, [pushKey(K)]).write?.become).toBe('ann')
  })
})

test.each([
  ['ssh-ed25519 {K} other comment\n', 'present', false],
  ['restrict ssh-ed25519 {K}\n', 'restricted', false],
  ['from="192.0.2.1" ssh-ed25519 {K}\n', 'restricted', false],
  ['oops ssh-ed25519 {K}\n', 'ineffective', false],
  ['command="x ssh-ed25519 {K}\n', 'ineffective', false],
  ['cert-authority ssh-ed25519 {K}\n', 'is-ca', false],
  ['# ssh-ed25519 {K}\n', 'add', true],
  ['ssh-ed25519 xssh-ed25519 {K}\n', 'add', true],
])('finds in %j: %s', (content, verdict, writes) => {
  const plan = planOf(reportOf(bytes(content.replace('{K}', K.text))), [pushKey(K)])
  expect(plan.keys[0]).toMatchObject({ verdict, found: { path: keysPath, line: { number: 1 } } })
  expect(plan.write !== undefined).toBe(writes)
})

describe('a key that is to be let in without its restrictions', () => {
  const sha256 = sha256Fingerprint(K.blob)
  const widen = (report: Report) => {
    const made = planPush({ report, account: 'ann', keys: [pushKey(K), pushKey(L)], widen: [sha256], now })
    if (made.kind !== 'plan') throw new Error(`There is no plan: ${JSON.stringify(made)}`)
    return made.plan
  }

  test.each([
    ['from="192.0.2.1" ssh-ed25519 {K}\n', /stands behind it/],
    ['oops ssh-ed25519 {K}\n', /stands behind it/],
    ['cert-authority ssh-ed25519 {K}\n', /stands behind it/],
    ['no-pty,command="a,from=b" ssh-ed25519 {K}\n', /takes the place/],
    ['from="*",restrict ssh-ed25519 {K}\n', /takes the place/],
  ])('gets a plain line where there is %j', (content, note) => {
    const plan = widen(reportOf(bytes(content.replace('{K}', K.text))))
    expect(plan.keys).toMatchObject([
      { verdict: 'widen', note: expect.stringMatching(note) },
      { verdict: 'add' },
    ])
    expect(textOf(plan)).toBe(`ssh-ed25519 ${K.text}\nssh-ed25519 ${L.text}\n`)
  })

  test.each([
    ['restrict ssh-ed25519 {K}\nssh-ed25519 {K}\n', 'widen'],
    ['ssh-ed25519 {K}\nrestrict ssh-ed25519 {K}\n', 'present'],
    ['from="*" ssh-ed25519 {K}\nssh-ed25519 {K}\n', 'present'],
  ])('has its plain line in %j: %s', (content, verdict) => {
    const plan = widen(reportOf(bytes(content.replaceAll('{K}', K.text))))
    expect(plan.keys[0]).toMatchObject({ verdict, writes: false })
  })

  test('stays restricted by a file of all accounts', () => {
    const report = reportOf(undefined, { sshd: ['authorizedkeysfile /etc/keys .ssh/authorized_keys'] })
    report.files = [fileReport(bytes(`restrict ssh-ed25519 ${K.text}\n`), '/etc/keys'), fileReport(undefined)]
    expect(widen(report).keys[0]).toMatchObject({
      verdict: 'restricted',
      note: expect.stringMatching(/all accounts/),
    })
  })
})

test('counts every file that the server reads', () => {
  const report = reportOf(bytes('x\n'))
  report.files[1] = fileReport(bytes(`ssh-ed25519 ${K.text}\n`), `${keysPath}2`)
  expect(planOf(report, [pushKey(K)])).toMatchObject({ keys: [{ verdict: 'present' }], write: undefined })
})

test('a free line in one file outweighs a restricted one in another', () => {
  const report = reportOf(bytes(`restrict ssh-ed25519 ${K.text}\n`))
  report.files[1] = fileReport(bytes(`ssh-ed25519 ${K.text}\n`), `${keysPath}2`)
  expect(planOf(report, [pushKey(K)]).keys[0]?.verdict).toBe('present')
})

describe('a push is refused', () => {
  const withFile = (change: Partial<Report['files'][number]>) => {
    const report = reportOf(bytes('x\n'))
    Object.assign(report.files[0] ?? {}, change)
    return report
  }
  const withMode = (index: number, text: string, uid = 1000) => {
    const report = reportOf(bytes('x\n'))
    report.files[0]?.modes.splice(index, 1, mode(text, uid))
    return report
  }

  test.each<[string, Report, RegExp]>([
    ['the account is missing', reportOf(undefined, { account: undefined }), /no account ann/],
    ['the path is a folder', withFile({ kind: 'folder' }), /is a folder/],
    ['the path is a pipe', withFile({ kind: 'special' }), /pipe/],
    ['the link leads nowhere', withFile({ kind: 'dangling' }), /link to a file that is not there/],
    ['the file may not be read', withFile({ readable: false }), /may not be read/],
    ['the file is immutable', withFile({ attributes: '----i---' }), /chattr -i/],
    ['the home folder is open to all', withMode(2, 'drwxrwxrwx'), /chmod go-w \/home\/ann$/],
    ['the home folder is another account’s', withMode(2, 'drwxr-xr-x', 1001), /chown ann \/home\/ann$/],
    [
      'the login is another account',
      reportOf(undefined, { account: { runsAs: 1001, uid: 1000, gid: 1000, home } }),
      /as root/,
    ],
    [
      'keys are off',
      reportOf(undefined, { sshd: ['authorizedkeysfile none'] }),
      /AuthorizedKeysFile is none\.$/,
    ],
  ])('when %s', (_, report, words) => {
    expect(refusal(report)).toMatch(words)
  })

  test('not for the mode of the file or its folder, which it puts right', () => {
    const report = withMode(0, '-rw-rw-r--')
    report.files[0]?.modes.splice(1, 1, mode('drwxrwxr-x'))
    expect(planOf(report, [pushKey(K)]).write?.tighten).toEqual([keysPath, `${home}/.ssh`])
  })

  test('even where the key is there already, and nothing is added', () => {
    const content = bytes(`ssh-ed25519 ${K.text}`)
    const report = reportOf(content)
    report.files[0]?.modes.splice(0, 1, mode('-rw-rw-r--'))
    const { keys, write } = planOf(report, [pushKey(K)])
    expect([keys[0]?.verdict, write?.tighten, textOf({ write } as Plan)]).toEqual(['present', [keysPath], ''])
    report.files[0]?.modes.splice(2, 1, mode('drwxrwxrwx'))
    expect(refusal(report)).toMatch(/chmod go-w \/home\/ann$/)
    report.sshd = ['authorizedkeysfile .ssh/authorized_keys', 'strictmodes no']
    expect(planOf(report, [pushKey(K)]).write).toBeUndefined()
  })

  test('nor for that of another file in which a key stands', () => {
    const report = reportOf(bytes('x\n'))
    const second = fileReport(bytes(`ssh-ed25519 ${K.text}\n`), `${keysPath}2`)
    second.modes.splice(0, 1, mode('-rw-rw-rw-'))
    report.files[1] = second
    const { keys, write } = planOf(report, [pushKey(K), pushKey(L)])
    expect(keys.map(({ verdict }) => verdict)).toEqual(['present', 'add'])
    expect(write).toMatchObject({ path: keysPath, tighten: [`${keysPath}2`] })
    expect(planOf(report, [pushKey(L)]).write?.tighten).toEqual([])
    second.modes.splice(0, 1, mode('-rw-rw-rw-', 1001))
    expect(refusal(report)).toMatch(/chown ann .*authorized_keys2$/)
  })

  test('but for that of a file of all accounts, which is not changed for one of them', () => {
    const report = reportOf(undefined, { sshd: ['authorizedkeysfile /etc/keys .ssh/authorized_keys'] })
    const shared = fileReport(bytes(`ssh-ed25519 ${K.text}\n`), '/etc/keys')
    shared.modes = [mode('-rw-rw-r--', 0), mode('drwxr-xr-x', 0), mode('drwxr-xr-x', 0)]
    report.files = [shared, fileReport(undefined)]
    expect(refusal(report)).toMatch(/chmod go-w \/etc\/keys$/)
  })

  test('and not for anything above the home folder', () => {
    expect(planOf(withMode(3, 'drwxrwxrwx'), [pushKey(K)]).write).toBeDefined()
  })

  test('rather than change a folder that a link leads to', () => {
    const report = withFile({ resolved: '/srv/keys/ann' })
    report.files[0]?.modes.splice(
      0,
      5,
      mode('-rw-------'),
      mode('drwxrwxrwt', 0),
      mode('drwxr-xr-x', 0),
      mode('drwxr-xr-x', 0),
    )
    expect(refusal(report)).toMatch(/chmod go-w \/srv\/keys$/)
  })

  test('from a place that all accounts share', () => {
    const report = reportOf(undefined, {
      sshd: ['authorizedkeysfile /etc/ssh/keys'],
      files: [fileReport(undefined, '/etc/ssh/keys')],
    })
    expect(refusal(report)).toMatch(/all accounts share/)
  })
})

test('asks for a look at other files where the server reads others', () => {
  const report = reportOf(undefined, {
    sshd: ['authorizedkeysfile /etc/ssh/keys-%u/authorized_keys %h/%%k/%U'],
  })
  expect(planning(report, [pushKey(K)])).toEqual({
    kind: 'look-again',
    paths: ['/etc/ssh/keys-ann/authorized_keys', `${home}/%k/1000`],
  })
})

/** Lines that are not ours: anything, keys of others, restricted keys, junk. */
const foreign = fc.oneof(
  fc.constantFrom(
    '# comment',
    '',
    '\r',
    `ssh-ed25519 ${M.text}`,
    `restrict ssh-ed25519 ${K.text}`,
    `ssh-ed25519 ${L.text} x\r`,
  ),
  fc.uint8Array({ maxLength: 30 }).map((any) => Buffer.from(any).toString('latin1')),
)
const content = fc.option(
  fc
    .tuple(fc.array(foreign, { maxLength: 6 }), fc.boolean())
    .map(([lines, end]) => bytes(lines.join('\n') + (end ? '\n' : ''))),
  { nil: undefined },
)
const selection = fc
  .array(fc.constantFrom(K, L, M), { minLength: 1, maxLength: 4 })
  .map((keys) => keys.map((key) => pushKey(key, 'us')))

describe('for any file', () => {
  test('a push is done once: the second plan writes nothing', () => {
    fc.assert(
      fc.property(content, selection, (old, keys) => {
        const after = written(old, planOf(reportOf(old), keys).write)
        expect(planOf(reportOf(after), keys).write).toBeUndefined()
      }),
    )
  })

  test('the old file is the start of the new one, byte for byte', () => {
    fc.assert(
      fc.property(content, selection, (old, keys) => {
        const after = written(old, planOf(reportOf(old), keys).write)
        expect(Buffer.from(after ?? []).subarray(0, old?.length ?? 0)).toEqual(Buffer.from(old ?? []))
      }),
    )
  })

  test('afterwards each key is effective, or was left as somebody restricted it', () => {
    fc.assert(
      fc.property(content, selection, (old, keys) => {
        const plan = planOf(reportOf(old), keys)
        const lines = linesOf(Buffer.from(written(old, plan.write) ?? []))
        for (const { key, verdict } of plan.keys) {
          const { kind } = standingOf({ blob: key.blob, lines, server: 'openssh', now })
          expect(kind).toBe(verdict === 'add' || verdict === 'present' ? 'plain' : verdict)
        }
      }),
    )
  })

  test('pushes of different keys may come in either order', () => {
    const verdicts = (old: Uint8Array | undefined, order: PushKey[]) => {
      const end = order.reduce<Uint8Array | undefined>(
        (file, key) => written(file, planOf(reportOf(file), [key]).write),
        old,
      )
      return linesOf(Buffer.from(end ?? []))
        .map(({ text }) => text)
        .sort()
    }
    fc.assert(
      fc.property(content, (old) => {
        const [one, two] = [pushKey(K, 'one'), pushKey(M, 'two')]
        expect(verdicts(old, [one, two])).toEqual(verdicts(old, [two, one]))
      }),
    )
  })
})
