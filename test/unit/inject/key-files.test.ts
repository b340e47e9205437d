import { describe, expect, test } from 'vitest'
import { keyFiles, nowhere } from '../../../server/inject/key-files.ts'
import { sshdSettings } from '../../../server/inject/sshd-settings.ts'
import { home, reportOf } from './device.ts'

/** What OpenSSH 9.2 prints with -T, as the program fetches it. */
const asked = (entries: string) => ({
  sshd: [
    'permitrootlogin without-password',
    'pubkeyauthentication yes',
    'strictmodes yes',
    `authorizedkeysfile ${entries}`,
    'authenticationmethods any',
  ],
})
/** Where sshd could not be asked. */
const configured = (entries: string) => ({
  sshd: [],
  configs: [
    ['# Package generated', 'Include /etc/ssh/sshd_config.d/*.conf', `AuthorizedKeysFile\t${entries} # ours`],
    ['PubkeyAuthentication yes', 'Match User ben', '  AuthorizedKeysFile none'],
  ],
})

const filesOf = (more: Parameters<typeof reportOf>[1]) => {
  const report = reportOf(undefined, more)
  return keyFiles(report, sshdSettings(report, 'ann'), { name: 'ann', uid: 1000, home })
}
const own = { path: `${home}/.ssh/authorized_keys`, shared: false }

describe.each([
  ['sshd -T', asked],
  ['sshd_config', configured],
])('the files that %s names', (_, says) => {
  test.each<[string, string[], { entry: string; why: string }[]]>([
    ['.ssh/authorized_keys .ssh/authorized_keys2', [own.path, `${own.path}2`], []],
    [
      '.ssh/authorized_keys /etc/ssh/keys/*.pub',
      [own.path],
      [{ entry: '/etc/ssh/keys/*.pub', why: 'pattern' }],
    ],
    [
      '/etc/k?ys/%u [a-z]/%u .ssh/authorized_keys',
      [own.path],
      [
        { entry: '/etc/k?ys/%u', why: 'pattern' },
        { entry: '[a-z]/%u', why: 'pattern' },
      ],
    ],
    ['none', [], [{ entry: 'none', why: 'none' }]],
    [
      '/etc/ssh/keys .ssh/authorized_keys',
      ['/etc/ssh/keys', own.path],
      [{ entry: '/etc/ssh/keys', why: 'shared' }],
    ],
    ['/etc/100%%/keys', ['/etc/100%/keys'], [{ entry: '/etc/100%%/keys', why: 'shared' }]],
    ['/etc/keys/%u /etc/keys/%U/%%h', ['/etc/keys/ann', '/etc/keys/1000/%h'], []],
    ['%h/%x .ssh/authorized_keys', [own.path], [{ entry: '%h/%x', why: 'token' }]],
    ['/etc/keys/% .ssh/authorized_keys', [own.path], [{ entry: '/etc/keys/%', why: 'token' }]],
  ])('%s', (entries, places, passedOver) => {
    const files = filesOf(says(entries))
    expect(files.places.map(({ path }) => path)).toEqual(places)
    expect(files.passedOver).toEqual(passedOver)
  })
})

test('only a file of all accounts is shared', () => {
  const { places } = filesOf(asked('/etc/ssh/keys .ssh/authorized_keys'))
  expect(places).toEqual([{ path: '/etc/ssh/keys', shared: true }, own])
})

test('where no key can be put, each entry is named with its reason', () => {
  const words = nowhere(filesOf(asked('/etc/ssh/keys /etc/k/* %h/%q')))
  for (const reason of [
    /keys \(which all accounts share\)/,
    /\/k\/\* \(a pattern/,
    /%h\/%q \(with a token/,
  ]) {
    expect(words).toMatch(reason)
  }
  expect(nowhere(filesOf(asked('none')))).toMatch(/AuthorizedKeysFile is none\.$/)
})

test('Dropbear has one place, and passes nothing over', () => {
  const files = filesOf({ ...asked('/etc/k/*'), running: ['dropbear'] })
  expect(files).toEqual({ server: 'dropbear', places: [own], passedOver: [] })
})
