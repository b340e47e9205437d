import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The way from a browser to the gateway, so that a test can do to consoles' sockets what networks do. */
export interface Network extends AsyncDisposable {
  /** The gateway's address on this way. */
  url: string
  /** No console's socket comes through until what this returns is called. */
  hold(): () => void
  /** Both sides see that the sockets of consoles are gone, and none comes through until what this returns is called. */
  cut(): () => void
  /** Only the gateway sees that they are gone. */
  die(): void
}

interface Way {
  browser: Socket
  gateway: Socket
  isDead: boolean
}

const opensConsole = /^GET \/api\/devices\/[^/ ]+\/console[? ]/

export async function networkTo(gatewayUrl: string): Promise<Network> {
  const { hostname: host, port } = new URL(gatewayUrl)
  const open = new Set<Socket>()
  const consoles = new Set<Way>()
  let passable = Promise.resolve()

  const own = (socket: Socket): Socket => {
    open.add(socket)
    // How one ends is the other's to see, not a fault of the test.
    return socket.on('error', () => undefined).on('close', () => open.delete(socket))
  }
  const pass = (browser: Socket, first: Buffer): Way => {
    const gateway = own(connect({ host, port: Number(port) }))
    const way = { browser, gateway, isDead: false }
    gateway.write(first)
    browser.pipe(gateway)
    gateway.pipe(browser, { end: false })
    browser.on('close', () => gateway.destroy())
    gateway.on('close', () => {
      if (!way.isDead) browser.destroySoon()
    })
    return way
  }
  const server = createServer((browser) => {
    own(browser).once('data', async (first: Buffer) => {
      browser.pause()
      if (!opensConsole.test(first.toString('latin1'))) return void pass(browser, first)
      await passable
      if (browser.destroyed) return
      const way = pass(browser, first)
      consoles.add(way)
      browser.on('close', () => consoles.delete(way))
    })
  })
  server.listen({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')

  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    passable = promise
    return resolve
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold,
    cut() {
      const release = hold()
      for (const { browser } of consoles) browser.destroy()
      return release
    },
    die() {
      for (const way of consoles) {
        way.isDead = true
        way.gateway.destroy()
      }
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
