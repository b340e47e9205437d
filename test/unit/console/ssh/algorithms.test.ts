import { describe, expect, it } from 'vitest'
import { algorithmsFor, mismatches, otherHostKeys } from '../../../../server/console/ssh/algorithms.ts'
import type { RemoteOffer } from '../../../../server/console/ssh/hello.ts'

const weak = /sha1$|sha1-|hmac-sha1|group1-|-cbc|^ssh-rsa$|^ssh-dss$|md5|arcfour|blowfish|cast128/

function remote(change: Partial<RemoteOffer> = {}): RemoteOffer {
  return {
    kex: ['curve25519-sha256'],
    serverHostKey: ['ssh-ed25519'],
    cipher: [['aes128-ctr'], ['aes128-ctr']],
    mac: [['hmac-sha2-256'], ['hmac-sha2-256']],
    ...change,
  }
}

describe('the algorithms that the gateway offers', () => {
  it('are strong ones, unless old ones are switched on', () => {
    expect(
      Object.values(algorithmsFor(false))
        .flat()
        .filter((name) => weak.test(name)),
    ).toEqual([])
    const wide = algorithmsFor(true)
    expect(wide.kex).toContain('diffie-hellman-group1-sha1')
    expect(wide.serverHostKey).toEqual(expect.arrayContaining(['ssh-rsa', 'ssh-dss']))
    expect(wide.cipher).toContain('3des-cbc')
    expect(wide.hmac).toContain('hmac-sha1')
  })

  it('come strongest first, so that switching old ones on weakens no host that knows better', () => {
    const [strict, wide] = [algorithmsFor(false), algorithmsFor(true)]
    expect(wide.kex.slice(0, strict.kex.length)).toEqual(strict.kex)
    expect(wide.cipher.slice(0, strict.cipher.length)).toEqual(strict.cipher)
    expect(wide.hmac.slice(0, strict.hmac.length)).toEqual(strict.hmac)
    expect(wide.serverHostKey.filter((name) => !weak.test(name))).toEqual(strict.serverHostKey)
  })
})

describe('the other host keys of a host', () => {
  const offered = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519']

  it('are one group for each key, without the one it showed', () => {
    expect(otherHostKeys(algorithmsFor(false), remote({ serverHostKey: offered }))).toEqual([
      ['ecdsa-sha2-nistp256'],
      ['rsa-sha2-512', 'rsa-sha2-256'],
    ])
  })

  it('are none where it has one only', () => {
    const rsa = remote({ serverHostKey: ['ssh-rsa', 'rsa-sha2-512'] })
    expect(otherHostKeys(algorithmsFor(true), rsa)).toEqual([])
  })
})

describe('what keeps two ends apart', () => {
  it('is nothing where each kind meets', () => {
    expect(mismatches(algorithmsFor(false), remote())).toEqual([])
  })

  it('is named with what the far end has', () => {
    const old = remote({
      kex: ['diffie-hellman-group1-sha1'],
      serverHostKey: ['ssh-dss'],
      cipher: [['aes128-ctr'], ['3des-cbc']],
      mac: [['hmac-sha1'], ['hmac-sha1']],
    })
    expect(mismatches(algorithmsFor(false), old)).toEqual([
      { what: 'key exchange', offered: ['diffie-hellman-group1-sha1'], legacyHelps: true },
      { what: 'host key', offered: ['ssh-dss'], legacyHelps: true },
      { what: 'cipher', offered: ['3des-cbc'], legacyHelps: true },
      { what: 'MAC', offered: ['hmac-sha1'], legacyHelps: true },
    ])
    expect(mismatches(algorithmsFor(true), old)).toEqual([])
  })

  it('is hopeless where not even old algorithms meet', () => {
    expect(mismatches(algorithmsFor(true), remote({ kex: ['sntrup761x25519-sha512@openssh.com'] }))).toEqual([
      { what: 'key exchange', offered: ['sntrup761x25519-sha512@openssh.com'], legacyHelps: false },
    ])
  })

  it('is no missing MAC where the cipher needs none', () => {
    const gcm: [string[], string[]] = [['aes256-gcm@openssh.com'], ['aes256-gcm@openssh.com']]
    expect(mismatches(algorithmsFor(false), remote({ cipher: gcm, mac: [[], []] }))).toEqual([])
  })
})
