import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { greetingLimit, Hello } from '../../../../server/console/ssh/hello.ts'

const lists = [
  'curve25519-sha256,x,ext-info-s,kex-strict-s-v00@openssh.com',
  'ssh-ed25519',
  'aes128-ctr',
  'aes256-ctr',
  'hmac-sha2-256',
  'hmac-sha1',
  'none',
  'none',
  '',
  '',
]

function keyExchangeInit(names = lists, type = 20): Buffer {
  const strings = names.map((list) => Buffer.concat([uint32(list.length), Buffer.from(list)]))
  const payload = Buffer.concat([Buffer.from([type]), Buffer.alloc(16, 7), ...strings, Buffer.alloc(5)])
  return Buffer.concat([uint32(payload.length + 5), Buffer.from([4]), payload, Buffer.alloc(4)])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function hear(...chunks: Buffer[]): Hello {
  const hello = new Hello()
  for (const chunk of chunks) hello.feed(chunk)
  return hello
}

const whole = Buffer.concat([Buffer.from('Unauthorised use is...\r\nSSH-2.0-Test_1\r\n'), keyExchangeInit()])
const offer = {
  kex: ['curve25519-sha256', 'x'],
  serverHostKey: ['ssh-ed25519'],
  cipher: [['aes128-ctr'], ['aes256-ctr']],
  mac: [['hmac-sha2-256'], ['hmac-sha1']],
}

describe('the first words of an SSH server', () => {
  it('tell what it offers', () => {
    expect(hear(whole).offer).toEqual(offer)
  })

  it('tell the same however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...new Set(cuts), whole.length].sort((a, b) => a - b)
        const chunks = edges.slice(1).map((end, index) => whole.subarray(edges[index], end))
        expect(hear(...chunks).offer).toEqual(offer)
      }),
    )
    expect(hear(...[...whole].map((byte) => Buffer.from([byte]))).offer).toEqual(offer)
  })

  it('are taken for what they are when another packet comes first', () => {
    const hello = hear(Buffer.from('SSH-2.0-x\n'), keyExchangeInit(lists, 1))
    expect(hello.identified).toBe(true)
    expect(hello.offer).toBeUndefined()
  })

  it('may be broken without harm', () => {
    const start = Buffer.from('SSH-2.0-x\r\n')
    expect(hear(start, Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 20])).offer).toBeUndefined()
    expect(hear(start, Buffer.from([0, 0, 0, 2, 9, 20])).offer).toBeUndefined()
    const lying = keyExchangeInit()
    lying.writeUInt32BE(0xffff_fff0, 4 + 1 + 17)
    expect(hear(start, lying).offer).toBeUndefined()
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        hear(start, ...chunks.map((chunk) => Buffer.from(chunk)))
      }),
    )
  })

  it('name algorithms, and nothing that could be anything else', () => {
    const names = [`ok,<b>x</b>,\u001b[31m,${'a'.repeat(65)},ssh-ed25519@openssh.com`, ...lists.slice(1)]
    expect(hear(Buffer.from('SSH-2.0-x\n'), keyExchangeInit(names)).offer?.kex).toEqual([
      'ok',
      'ssh-ed25519@openssh.com',
    ])
  })

  it('are not waited for without end', () => {
    const hello = new Hello()
    hello.feed(Buffer.alloc(greetingLimit, 'x'))
    expect(hello.babbles).toBe(false)
    hello.feed(Buffer.from('\n'))
    expect(hello.babbles).toBe(true)
    hello.feed(whole)
    expect(hello.identified).toBe(false)
  })
})
