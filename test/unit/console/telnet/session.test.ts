import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TelnetSession } from '../../../../server/console/telnet/session.ts'

const [IAC, SE, NOP, BRK, AYT, SB, WILL, WONT, DO, DONT] = [255, 240, 241, 243, 246, 250, 251, 252, 253, 254]
const [BINARY, ECHO, SGA, TIMING_MARK, TERMINAL_TYPE, COM_PORT] = [0, 1, 3, 6, 24, 44]
const serial = { baud: 115200, dataBits: 8, parity: 'none', stopBits: 1, dtr: true, rts: true } as const

const bytes = (...values: (number | string | Buffer)[]) =>
  Buffer.concat(
    values.map((value) => (typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value))),
  )
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')

function session(options: { binary?: 'ours' | 'theirs' | 'both' } = {}) {
  const made = new TelnetSession(undefined)
  made.start()
  if (options.binary === 'ours' || options.binary === 'both') made.receive(bytes(IAC, DO, BINARY))
  if (options.binary === 'theirs' || options.binary === 'both') made.receive(bytes(IAC, WILL, BINARY))
  return made
}

/** What a server by the book sends for these bytes. */
const wire = (data: Uint8Array, binary: boolean) =>
  Buffer.from(
    [...data].flatMap((byte) => (byte === IAC ? [IAC, IAC] : byte === 13 && !binary ? [13, 0] : [byte])),
  )

function cut(data: Uint8Array, lengths: number[]): Uint8Array[] {
  const parts: Uint8Array[] = []
  let at = 0
  for (const length of lengths) {
    parts.push(data.subarray(at, at + length))
    at += length
  }
  return [...parts, data.subarray(at)]
}

const receiveAll = (by: TelnetSession, chunks: Uint8Array[]) =>
  Buffer.concat(chunks.map((chunk) => by.receive(chunk).data))

/** Streams in which the bytes with a meaning are frequent. */
const stream = fc.uint8Array({ maxLength: 200 }).chain((noise) =>
  fc
    .array(fc.oneof(fc.constantFrom(IAC, IAC, 13, 0, 10, SB, SE, DO, WILL), fc.nat(255)), {
      maxLength: 200,
    })
    .map((telling) => Buffer.from([...noise, ...telling])),
)
const cuts = fc.array(fc.nat(9), { maxLength: 60 })

describe('data in telnet', () => {
  it.each([true, false])('comes out as it went in, cut anywhere (BINARY %s)', (binary) => {
    fc.assert(
      fc.property(stream, cuts, (data, lengths) => {
        const client = session(binary ? { binary: 'both' } : {})
        expect(hex(receiveAll(client, cut(wire(data, binary), lengths)))).toBe(hex(data))
      }),
    )
  })

  it.each([true, false])('is sent so that a server by the book gets it as it was (BINARY %s)', (binary) => {
    fc.assert(
      fc.property(stream, cuts, (data, lengths) => {
        const client = session(binary ? { binary: 'both' } : {})
        const sent = Buffer.concat(cut(data, lengths).map((chunk) => client.encode(chunk)))
        expect(hex(sent)).toBe(hex(wire(data, binary)))
        // And our own reading end understands our writing end.
        const peer = session(binary ? { binary: 'both' } : {})
        expect(hex(peer.receive(sent).data)).toBe(hex(data))
      }),
    )
  })

  it('is not mixed with commands, wherever these stand and however they are cut', () => {
    const commands = [
      bytes(IAC, NOP),
      bytes(IAC, AYT),
      bytes(IAC, WILL, ECHO),
      bytes(IAC, DO, TERMINAL_TYPE),
      bytes(IAC, DONT, SGA),
      bytes(IAC, SB, TERMINAL_TYPE, 1, IAC, SE),
      bytes(IAC, SB, COM_PORT, 107, IAC, IAC, IAC, SE),
      bytes(IAC, SB, IAC, SE),
    ]
    const parts = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }).map((data) => ({ data, wire: wire(data, true) })),
        fc.constantFrom(...commands).map((command) => ({ data: Buffer.alloc(0), wire: command })),
      ),
    )
    fc.assert(
      fc.property(parts, cuts, (script, lengths) => {
        const whole = Buffer.concat(script.map((part) => part.wire))
        const got = receiveAll(session({ binary: 'both' }), cut(whole, lengths))
        expect(hex(got)).toBe(hex(Buffer.concat(script.map((part) => part.data))))
      }),
    )
  })

  it('keeps CR LF and a lone CR outside BINARY, and only the NUL after CR is taken away', () => {
    const got = session().receive(bytes('a\r\nb\r\0c\rd\0e')).data
    expect(hex(got)).toBe(hex(bytes('a\r\nb\rc\rd\0e')))
  })

  it('takes the NUL after CR away when the chunk ends between them, or a command stands between them', () => {
    const client = session()
    expect(hex(receiveAll(client, [bytes('a\r'), bytes('\0b\r', IAC, NOP), bytes(0, 'c')]))).toBe(
      hex(bytes('a\rb\rc')),
    )
  })

  it('changes its rules at the very byte where BINARY is switched', () => {
    const client = session()
    const got = client.receive(bytes('\r\0', IAC, WILL, BINARY, '\r\0', IAC, WONT, BINARY, '\r\0')).data
    expect(hex(got)).toBe(hex(bytes('\r\r\0\r')))
  })

  it('has BINARY in each direction by itself', () => {
    const sending = session({ binary: 'ours' })
    expect(hex(sending.encode(bytes('\r')))).toBe('0d')
    expect(hex(sending.receive(bytes('\r\0')).data)).toBe('0d')
    const receiving = session({ binary: 'theirs' })
    expect(hex(receiving.encode(bytes('\r')))).toBe('0d00')
    expect(hex(receiving.receive(bytes('\r\0')).data)).toBe('0d00')
  })
})

describe('telnet options', () => {
  it('are asked for first, and nothing is answered when the far end agrees', () => {
    const client = new TelnetSession(serial)
    expect(hex(client.start())).toBe(
      hex(bytes(IAC, WILL, BINARY, IAC, DO, BINARY, IAC, DO, SGA, IAC, WILL, COM_PORT)),
    )
    const agreed = client.receive(bytes(IAC, DO, BINARY, IAC, WILL, BINARY, IAC, WILL, SGA))
    expect(agreed.replies).toEqual([])
    expect(client.isSettled).toBe(false)
  })

  it('are settled by a refusal as well', () => {
    const client = session()
    const { replies } = client.receive(bytes(IAC, DONT, BINARY, IAC, WONT, BINARY, IAC, WONT, SGA))
    expect(replies).toEqual([])
    expect(client.isSettled).toBe(true)
  })

  it('that we do not know are refused, and ECHO at the far end is welcome', () => {
    const { replies } = session().receive(
      bytes(IAC, DO, TERMINAL_TYPE, IAC, WILL, 200, IAC, WILL, ECHO, IAC, DO, ECHO),
    )
    const expected = bytes(IAC, WONT, TERMINAL_TYPE, IAC, DONT, 200, IAC, DO, ECHO, IAC, WONT, ECHO)
    expect(hex(Buffer.concat(replies))).toBe(hex(expected))
  })

  it('answer a sign of life that was asked for', () => {
    const { replies, courtesies } = session().receive(bytes(IAC, DO, TIMING_MARK, IAC, AYT))
    expect(replies).toEqual([])
    expect(hex(Buffer.concat(courtesies))).toBe(hex(bytes(IAC, WILL, TIMING_MARK, IAC, NOP)))
  })

  const openings = fc.array(
    fc.tuple(
      fc.constantFrom(WILL, WONT, DO, DONT),
      fc.constantFrom(BINARY, ECHO, SGA, TERMINAL_TYPE, COM_PORT),
    ),
    { maxLength: 30 },
  )

  /** Lets two ends answer each other, the left one after saying `spoken` too; how often they did, and whether one gave up. */
  function converse(spoken: Buffer) {
    const [left, right] = [new TelnetSession(serial), new TelnetSession(undefined)]
    let toRight = bytes(left.start(), spoken)
    let toLeft = right.start()
    let rounds = 0
    while (toLeft.length + toRight.length > 0 && rounds < 1000 && !left.fault && !right.fault) {
      const fromRight = Buffer.concat(right.receive(toRight).replies)
      toRight = Buffer.concat(left.receive(toLeft).replies)
      toLeft = fromRight
      rounds += 1
    }
    return { rounds, gaveUp: left.fault !== undefined || right.fault !== undefined }
  }

  it('never make two ends talk for ever, whatever one asks for besides', () => {
    const distinct = openings.map((all) => [
      ...new Map(all.map((one) => [`${one[0] < DO} ${one[1]}`, one])).values(),
    ])
    fc.assert(
      fc.property(distinct, (asked) => {
        const spoken = bytes(...asked.map(([verb, about]) => bytes(IAC, verb, about)))
        expect(converse(spoken)).toEqual({ rounds: expect.toSatisfy((rounds) => rounds < 20), gaveUp: false })
      }),
    )
  })

  it('end a quarrel with a far end that contradicts itself', () => {
    const spoken = bytes(IAC, DONT, SGA, IAC, DO, SGA)
    expect(converse(spoken)).toEqual({ rounds: expect.toSatisfy((rounds) => rounds < 300), gaveUp: true })
    fc.assert(
      fc.property(openings, (said) => {
        expect(converse(bytes(...said.map(([verb, about]) => bytes(IAC, verb, about)))).rounds).toBeLessThan(
          300,
        )
      }),
    )
  })

  it('get a bounded number of answers from a far end that floods, and end in a fault', () => {
    const client = session()
    const flood = (about: number) =>
      Buffer.concat(Array.from({ length: 20_000 }, (_, index) => bytes(IAC, index % 2 ? DO : DONT, about)))
    const refused = Buffer.concat(client.receive(flood(TERMINAL_TYPE)).replies)
    expect(refused.length).toBeLessThanOrEqual(8 * 3)
    expect(client.fault).toBeUndefined()
    client.receive(flood(SGA))
    expect(client.fault).toMatch(/switching telnet options/)
  })

  it.each([
    ['whether we live', bytes(IAC, AYT)],
    ['for a timing mark', bytes(IAC, DO, TIMING_MARK)],
  ])('are few for a far end that asks %s thousands of times at once', (_, asked) => {
    const client = session()
    const flood = Buffer.concat(Array.from({ length: 20_000 }, () => asked))
    expect(client.receive(flood).courtesies).toHaveLength(64)
    expect(client.receive(Buffer.concat([asked, asked])).courtesies).toHaveLength(2)
  })

  it('stand in for the whole of any hostile stream: data no longer than it, answers bounded', () => {
    fc.assert(
      fc.property(stream, cuts, (data, lengths) => {
        const client = session()
        for (const chunk of cut(data, lengths)) {
          const { data: got, replies, courtesies } = client.receive(chunk)
          expect(got.length).toBeLessThanOrEqual(chunk.length + 1)
          expect(Buffer.concat([...replies, ...courtesies]).length).toBeLessThanOrEqual(chunk.length * 3 + 3)
        }
      }),
    )
  })

  it('do not let a subnegotiation without end swallow what the device prints', () => {
    const client = session()
    client.receive(bytes(IAC, SB, COM_PORT))
    for (let chunk = 0; chunk < 5; chunk += 1) client.receive(Buffer.alloc(1000, 'x'))
    expect(client.fault).toMatch(/without end/)
  })
})

describe('RFC 2217', () => {
  const settle = (client: TelnetSession) =>
    client.receive(bytes(IAC, DO, BINARY, IAC, WILL, BINARY, IAC, WILL, SGA, IAC, DO, COM_PORT))
  const answer = (code: number, ...value: number[]) =>
    bytes(IAC, SB, COM_PORT, code, ...value.flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])), IAC, SE)

  it('sets the line when the far end agrees, doubling 0xFF in values', () => {
    const client = new TelnetSession({
      ...serial,
      baud: 921600,
      parity: 'even',
      dataBits: 7,
      stopBits: 2,
      dtr: false,
    })
    client.start()
    const sent = Buffer.concat(settle(client).replies)
    const part = (code: number, ...value: number[]) => hex(answer(code, ...value))
    expect(hex(sent)).toBe(
      part(1, 0, 0x0e, 0x10, 0) + part(2, 7) + part(3, 3) + part(4, 2) + part(5, 9) + part(5, 11),
    )
  })

  it('is settled when every setting was answered, and tells which ones were not taken', () => {
    const client = new TelnetSession(serial)
    client.start()
    settle(client)
    client.receive(bytes(answer(101, 0, 0, 0x25, 0x80), answer(102, 8), answer(103, 1)))
    expect(client.isSettled).toBe(false)
    client.receive(bytes(answer(107, 0xff), answer(105, 5), answer(104, 1)))
    expect(client.isSettled).toBe(true)
    expect(client.refusedSettings).toEqual([{ name: 'baud', asked: 115200, got: 9600 }])
  })

  it('is not touched when the far end refuses, or nothing was to be set', () => {
    const refused = new TelnetSession(serial)
    refused.start()
    expect(refused.receive(bytes(IAC, DONT, COM_PORT)).replies).toEqual([])
    expect(refused.refusedSettings).toBeUndefined()
    const offered = session().receive(bytes(IAC, DO, COM_PORT)).replies
    expect(hex(Buffer.concat(offered))).toBe(hex(bytes(IAC, WILL, COM_PORT)))
  })

  it('gives BREAK its own way, telnet the one of RFC 854, and a far end that never spoke telnet none', () => {
    const silent = session()
    silent.receive(bytes('login: '))
    expect(silent.breakBytes).toBeUndefined()
    const plain = session({ binary: 'ours' }).breakBytes
    expect(plain && hex(plain.begin)).toBe(hex(bytes(IAC, BRK)))
    const client = new TelnetSession(serial)
    client.start()
    settle(client)
    expect(client.breakBytes).toEqual({ begin: answer(5, 5), end: answer(5, 6) })
  })
})
