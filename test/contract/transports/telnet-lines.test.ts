import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { telnetTransport } from '../../../server/console/transports/telnet.ts'
import { telnetTransport as telnetConfig } from '../../../server/contract/transports.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { startComPortServer } from './com-port-server.ts'
import { open, refusal, type Target } from './opened.ts'
import { startSer2net } from './ser2net.ts'

const telnetTo = (port: number, serial?: object): Target<'telnet'> => ({
  transport: telnetTransport,
  config: telnetConfig.parse({ kind: 'telnet', host: '127.0.0.1', port, serial }),
})

const [IAC, SB, SE, WILL, DO, DONT, BINARY, SGA, COM_PORT] = [255, 250, 240, 251, 253, 254, 0, 3, 44]

const owned: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of owned.splice(0).reverse()) await one.close()
})
const own = async <T extends { close(): Promise<void> }>(making: Promise<T>): Promise<T> => {
  const one = await making
  owned.push(one)
  return one
}

const soon = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 })

describe('a serial line behind RFC 2217', () => {
  it('is set as asked, and gets a BREAK of a quarter of a second, through ser2net and on to the next server', async () => {
    const far = await own(startComPortServer())
    const connector = `telnet(rfc2217=true),tcp,127.0.0.1,${far.port}`
    const server = await own(startSer2net({ accepter: 'telnet(rfc2217=true),tcp', connector }))
    // ser2net opens its own connection with its first client, and passes on only what comes after that is agreed.
    const first = await own(open(telnetTo(server.port)))
    first.link.write(Buffer.from('.'))
    await soon(far.dataBytes).toBe(1)

    const serial = { baud: 9600, dataBits: 7, parity: 'even', stopBits: 2, dtr: true, rts: false }
    const opened = await own(open(telnetTo(server.port, serial)))
    await soon(() => far.commands.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'baud 9600',
      'data bits 7',
      'parity 3',
      'stop bits 2',
      'control 8',
      'control 12',
    ])
    opened.link.write(Buffer.from('abc'))
    await soon(far.dataBytes).toBe(4)
    await opened.link.sendBreak()
    await soon(() => far.commands.length).toBe(8)
    const [on, off] = far.commands.slice(6)
    expect([on, off]).toMatchObject([
      { name: 'control', value: 5, afterBytes: 4 },
      { name: 'control', value: 6, afterBytes: 4 },
    ])
    // A timer may be a millisecond early, and the way there is as long for both.
    expect((off?.at ?? 0) - (on?.at ?? 0)).toBeGreaterThan(200)
    expect(opened.logged()).toBe('')
  })

  it('keeps its settings, and that is logged, when the far end has no RFC 2217', async () => {
    const far = await own(
      startScripted(Buffer.from([IAC, DO, BINARY, IAC, WILL, BINARY, IAC, WILL, SGA, IAC, DONT, COM_PORT])),
    )
    const opened = await own(open(telnetTo(far.port, {})))
    expect(opened.logged()).toMatch(/offers no RFC 2217/)
  })

  it('may be set otherwise than asked by the far end, which is logged', async () => {
    const answer = (code: number, ...value: number[]) => [IAC, SB, COM_PORT, code, ...value, IAC, SE]
    const agreed = [IAC, DO, BINARY, IAC, WILL, BINARY, IAC, WILL, SGA, IAC, DO, COM_PORT]
    const answers = [
      ...answer(101, 0, 0, 0x25, 0x80),
      ...answer(102, 8),
      ...answer(103, 1),
      ...answer(104, 1),
    ]
    const far = await own(startScripted(Buffer.from([...agreed, ...answers])))
    const opened = await own(open(telnetTo(far.port, { baud: 115200 })))
    expect(opened.logged()).toMatch(/"asked":115200,"got":9600.*set its serial line otherwise than asked/)
  })
})

describe('a far end that is not what telnet expects', () => {
  it('and never negotiates is taken by the rules of RFC 854', async () => {
    const device = await own(startDeviceSocket({ tcp: true }))
    const opened = await own(open(telnetTo(device.port)))
    const offers = device.received().length
    expect(offers).toBeGreaterThan(0)
    opened.link.write(Buffer.from([0x61, 13, 10, 13, IAC]))
    await soon(() => device.received().subarray(offers).toString('hex')).toBe('610d000a0d00ffff')
    device.print(Buffer.from([0x62, 13, 0, 13, 10, IAC, IAC]))
    await soon(() => opened.printed().toString('hex')).toBe('620d0d0aff')
    expect(opened.link.breakSupported).toBe(false)
    await expect(opened.link.sendBreak()).rejects.toMatchObject({ code: 'break-unsupported' })
  })

  it('prints before anything is agreed, and none of that is lost', async () => {
    const far = await own(startScripted(Buffer.from('early words')))
    const opened = await own(open(telnetTo(far.port)))
    expect(opened.printed().toString()).toBe('early words')
  })

  it('hangs up while options are agreed', async () => {
    const far = await own(startScripted(Buffer.from([IAC, WILL, SGA]), (socket) => socket.end()))
    expect(await refusal(telnetTo(far.port))).toMatchObject({ code: 'closed-by-far-end' })
  })

  it('can be given up while options are agreed', async () => {
    const far = await own(startScripted(Buffer.from([IAC, WILL, SGA])))
    const abort = new AbortController()
    const outcome = refusal({ ...telnetTo(far.port), signal: abort.signal })
    const socket = await far.connected
    abort.abort()
    expect(await outcome).toMatchObject({ code: 'timeout' })
    await soon(() => socket.destroyed).toBe(true)
  })

  it('floods with options: the link ends with the reason, and answers stay few', async () => {
    const far = await own(startScripted(Buffer.from([IAC, DO, BINARY, IAC, WILL, BINARY, IAC, WILL, SGA])))
    const opened = await own(open(telnetTo(far.port)))
    const socket = await far.connected
    const before = socket.bytesRead
    socket.write(Buffer.alloc(300_000, Buffer.from([IAC, DO, 77])))
    socket.write(Buffer.from('still here'))
    await soon(() => opened.printed().toString()).toBe('still here')
    expect(socket.bytesRead - before).toBeLessThan(100)
    socket.write(Buffer.alloc(300_000, Buffer.from([IAC, DO, SGA, IAC, DONT, SGA])))
    expect(await opened.closed).toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(/switching telnet options/),
    })
    expect(opened.events).toEqual(['closed'])
  })

  it('begins a subnegotiation and never ends it', async () => {
    const far = await own(startScripted(Buffer.from([IAC, DO, BINARY, IAC, WILL, BINARY, IAC, WILL, SGA])))
    const opened = await own(open(telnetTo(far.port)))
    const socket = await far.connected
    socket.write(Buffer.concat([Buffer.from([IAC, SB, COM_PORT]), Buffer.alloc(10_000, 'x')]))
    expect(await opened.closed).toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(/without end/),
    })
  })
})

/** Says its text to whoever connects, and reads what it is told. */
async function startScripted(text: Buffer, then?: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const { promise: connected, resolve } = Promise.withResolvers<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(text)
    then?.(socket)
    resolve(socket)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    connected,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
