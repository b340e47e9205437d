import { expect, test } from 'vitest'
import type { Report } from '../../../server/inject/program/report.ts'
import { refusalReasons, rootBarred } from '../../../server/inject/reasons.ts'
import { isLike, sshdSettings } from '../../../server/inject/sshd-settings.ts'
import { mode, pushKey, reportOf } from './device.ts'
import { keyNamed } from './keys.ts'

const reasonsOf = (report: Report) =>
  refusalReasons({
    report,
    settings: sshdSettings(report, 'ann'),
    account: 'ann',
    key: pushKey(keyNamed('K')),
  })
const root = { runsAs: 0, uid: 0, gid: 0, home: '/root' }
const said = (...sshd: string[]) => reportOf(Buffer.from('x\n'), { sshd })

test.each<[string, Report, RegExp]>([
  ['DenyUsers', said('denyusers bob', 'denyusers an?'), /DenyUsers names ann/],
  ['AllowUsers', said('allowusers bob', 'allowusers carl'), /AllowUsers does not name ann/],
  ['groups', said('allowgroups wheel'), /AllowGroups/],
  ['no root login', { ...said('permitrootlogin no'), account: root, files: [] }, /PermitRootLogin is no/],
  [
    'root by command only',
    { ...said('permitrootlogin forced-commands-only'), account: root, files: [] },
    /command=/,
  ],
  ['no keys at all', said('pubkeyauthentication no'), /takes no keys/],
  ['a password first', said('authenticationmethods password,publickey'), /before the key/],
  ['other types of keys', said('pubkeyacceptedalgorithms rsa-sha2-512'), /type ssh-ed25519/],
])('a refusal by %s is explained', (_, report, words) => {
  expect(reasonsOf(report)).toEqual([expect.stringMatching(words)])
})

test.each([
  ['no', false, /is no/],
  ['no', true, /is no/],
  ['forced-commands-only', false, /command=/],
  ['forced-commands-only', true, undefined],
  ['prohibit-password', false, undefined],
])('root is kept out by PermitRootLogin %s, with a command in the line: %s', (value, held, words) => {
  const report = { ...said(`permitrootlogin ${value}`), account: root, files: [] }
  const barred = rootBarred({ report, settings: sshdSettings(report, 'root') }, { held })
  expect(barred).toEqual(words === undefined ? [] : [expect.stringMatching(words)])
})

test('a refusal by StrictModes names the very path and the cure', () => {
  const report = said('strictmodes yes')
  report.files[0]?.modes.splice(2, 1, mode('drwxrwxr-x'))
  expect(reasonsOf(report)).toEqual([expect.stringMatching(/chmod go-w \/home\/ann$/)])
  expect(reasonsOf({ ...report, sshd: ['strictmodes no'] })).toEqual([])
})

test('where nothing is in the way, nothing is said', () => {
  expect(
    reasonsOf(
      said('permitrootlogin no', 'allowusers ann@10.*', 'authenticationmethods publickey', 'allowusers bob'),
    ),
  ).toEqual([])
})

test('without sshd -T its files are read: the first word counts, included files in their place', () => {
  const report = reportOf(undefined, {
    sshd: [],
    configs: [
      [
        'Include /etc/ssh/sshd_config.d/*.conf',
        'AuthorizedKeysFile  "/a b/%u" other # note',
        'StrictModes=no',
      ],
      ['authorizedkeysfile .ssh/first'],
    ],
  })
  expect(sshdSettings(report, 'ann')).toMatchObject({
    certain: false,
    authorizedKeysFile: ['.ssh/first'],
    strictModes: false,
  })
  const alone = { ...report, configs: [report.configs[0]?.slice(1) ?? []] }
  expect(sshdSettings(alone, 'ann').authorizedKeysFile).toEqual(['/a b/%u', 'other'])
})

test('conditions hold where they name the account or everybody, and to the next one', () => {
  const settings = (account: string) =>
    sshdSettings(
      reportOf(undefined, {
        sshd: [],
        configs: [
          [
            'Match User a*,bob',
            'AuthorizedKeysFile mine',
            'Match Group wheel',
            'AuthorizedKeysFile wheel',
            'Match all',
            'AuthorizedKeysFile all',
          ],
        ],
      }),
      account,
    ).authorizedKeysFile
  expect([settings('ann'), settings('bob'), settings('carl')]).toEqual([['mine'], ['mine'], ['all']])
})

test.each([
  ['ann', 'ann', true],
  ['ann', 'a*', true],
  ['ann', '*n?', true],
  ['ann', '?nn*', true],
  ['ann', 'a?', false],
  ['ann', '', false],
  ['ann', '**', true],
  ['a.b', 'a?b', true],
  ['acb', 'a.b', false],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', `${'*a'.repeat(31)}*c`, false],
])('%s is like %s: %s', (name, pattern, is) => {
  expect(isLike(name, pattern)).toBe(is)
})
