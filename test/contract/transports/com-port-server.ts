import { type AddressInfo, createServer, type Socket } from 'node:net'

/** Where a COM-PORT-OPTION command went: its name, its value, and how many data bytes had come before it. */
export interface ComPortCommand {
  name: string
  value: number
  afterBytes: number
  /** When, in ms of performance.now(). */
  at: number
}

/** The serial end of RFC 2217: agrees to all, answers every command with its value, and notes what it was told. */
export interface ComPortServer {
  port: number
  commands: ComPortCommand[]
  /** How many bytes of data came. */
  dataBytes(): number
  close(): Promise<void>
}

const [iac, se, sb, will, dont] = [255, 240, 250, 251, 254]
const comPort = 44
const names: Record<number, string> = { 1: 'baud', 2: 'data bits', 3: 'parity', 4: 'stop bits', 5: 'control' }

export async function startComPortServer(): Promise<ComPortServer> {
  const commands: ComPortCommand[] = []
  const sockets = new Set<Socket>()
  let dataBytes = 0
  const take = (socket: Socket, bytes: number[]): number[] => {
    const [first, verb = 0, about = 0] = bytes
    if (first === undefined) return bytes
    if (first !== iac) {
      dataBytes += 1
      return bytes.slice(1)
    }
    if (bytes.length < 3) return bytes
    if (verb >= will && verb <= dont) {
      const answer = { 251: 253, 252: 254, 253: 251, 254: 252 }[verb] ?? 254
      if (!agreed.has(`${verb} ${about}`)) socket.write(Buffer.from([iac, answer, about]))
      agreed.add(`${verb} ${about}`)
      return bytes.slice(3)
    }
    if (verb !== sb) return bytes.slice(2)
    const end = bytes.findIndex((byte, index) => byte === iac && bytes[index + 1] === se)
    if (end < 0) return bytes
    const [, code = 0, ...value] = bytes
      .slice(2, end)
      .filter((byte, index, all) => byte !== iac || all[index - 1] !== iac)
    const number = value.reduce((sum, byte) => sum * 256 + byte, 0)
    if (about === comPort && names[code])
      commands.push({ name: names[code], value: number, afterBytes: dataBytes, at: performance.now() })
    if (about === comPort) socket.write(Buffer.from([iac, sb, comPort, code + 100, ...value, iac, se]))
    return bytes.slice(end + 2)
  }
  const agreed = new Set<string>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let waiting: number[] = []
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      waiting.push(...bytes)
      for (let rest = take(socket, waiting); rest.length < waiting.length; rest = take(socket, waiting))
        waiting = rest
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    dataBytes: () => dataBytes,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
