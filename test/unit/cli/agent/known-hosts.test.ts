import { expect, test } from 'vitest'
import { knownHostKeys } from '../../../../client/cli/agent/known-hosts.ts'

test('the keys of all hosts are taken, whatever the hosts are called', () => {
  const text = [
    '# mine',
    '',
    'web-1 ssh-ed25519 AAAA1 by hand',
    '|1|c2FsdA==|aGFzaA== ssh-rsa AAAA2',
    'odd',
  ].join('\n')
  expect(knownHostKeys(text)).toEqual(new Set(['AAAA1', 'AAAA2']))
})

test('no key of a line with a marker is taken, and none that is revoked elsewhere in the file', () => {
  const text = [
    'web-1 ssh-ed25519 AAAA1',
    'web-2 ssh-ed25519 AAAA2',
    '@revoked * ssh-ed25519 AAAA1',
    '@cert-authority *.example.com ssh-ed25519 AAAA3',
  ].join('\r\n')
  expect(knownHostKeys(text)).toEqual(new Set(['AAAA2']))
})
