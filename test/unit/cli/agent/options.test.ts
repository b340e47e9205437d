import { expect, test } from 'vitest'
import { knownHostKeys } from '../../../../client/cli/agent/known-hosts.ts'
import { readOptions } from '../../../../client/cli/agent/options.ts'
import { shown } from '../../../../client/cli/agent/shown.ts'

const url = 'https://lifeline.example.org'
const key = `SHA256:${'A'.repeat(43)}`

test('reads what is typed', () => {
  expect(readOptions([url, '--push', 'psh_1', '--key', key, '--token-file', 't'])).toMatchObject({
    push: 'psh_1',
    order: undefined,
    keys: [key],
    tokenFile: 't',
  })
})

test('reads whose root password is set anew', () => {
  expect(readOptions([url, '--root-password', 'dev_1'])).toMatchObject({
    rootPassword: 'dev_1',
    push: undefined,
  })
})

test.each([
  [[], 'Say where Lifeline is'],
  [['ftp://x', '--push', 'p'], 'Say where Lifeline is'],
  [[url, 'more', '--push', 'p'], 'Say where Lifeline is'],
  [[url], 'Name a push'],
  [[url, '--push', 'p', '--order', 'f'], 'Name a push'],
  [[url, '--push', 'p', '--root-password', 'd'], 'Name a push'],
  [[url, '--push', 'p', '--key', 'MD5:00'], 'MD5:00 is no fingerprint'],
  [[url, '--push', 'p', '--token', 'secret'], 'Unknown option'],
])('%j: %s', (args, why) => {
  expect(() => readOptions(args)).toThrow(why)
})

test('takes the keys of known hosts, and none that is marked', () => {
  const text = '# a\n\nbox ssh-ed25519 AAAA x\n|1|a|b ssh-rsa BBBB\n@revoked box ssh-rsa CCCC\nbroken\n'
  expect([...knownHostKeys(text)]).toEqual(['AAAA', 'BBBB'])
})

test('shows nothing of somebody else that moves the cursor', () => {
  expect(shown('web\u001b[2J\u202e-é')).toBe('web?[2J?-é')
})
