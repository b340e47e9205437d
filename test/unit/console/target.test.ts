import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { resolveTarget } from '../../../server/console/target.ts'

const refuse = { allowLocalTargets: false }
const cause = (code: string) => expect.objectContaining({ reason: expect.objectContaining({ code }) })

describe('an address to connect to', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.9',
    '0.0.0.0',
    '169.254.169.254',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.1.1',
    '::ffff:0.0.0.0',
    '::127.0.0.1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '::ffff:0:127.0.0.1',
    'localhost',
    // Forms that inet_aton(3) and so getaddrinfo(3) take for 127.0.0.1.
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '017700000001',
  ])('%s is refused unless local targets are allowed', async (host) => {
    await expect(resolveTarget(host, refuse)).rejects.toEqual(cause('not-allowed'))
    await expect(resolveTarget(host, { allowLocalTargets: true })).resolves.toMatch(/[.:]/)
  })

  it('of this machine is refused, whichever interface has it', async () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    expect(own.length).toBeGreaterThan(0)
    for (const { address } of own) {
      await expect(resolveTarget(address, refuse)).rejects.toEqual(cause('not-allowed'))
    }
  })

  it.each([
    '192.0.2.7',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.9.9',
    '100.64.0.1',
    '2001:db8::7',
    'fd12:3456::1',
    '::ffff:192.0.2.7',
    '64:ff9b::c000:207',
  ])('%s is returned as it is', async (host) => {
    await expect(resolveTarget(host, refuse)).resolves.toBe(host)
  })

  it('says that a name does not exist', async () => {
    await expect(resolveTarget('no-such-host.invalid', refuse)).rejects.toEqual(cause('name-not-found'))
  })

  it('stops waiting when its signal aborts', async () => {
    const signal = AbortSignal.abort()
    await expect(resolveTarget('no-such-host.invalid', { ...refuse, signal })).rejects.toEqual(
      cause('timeout'),
    )
  })
})
