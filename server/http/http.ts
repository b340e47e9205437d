import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import type { Access } from '../access/access.ts'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import type { Log } from '../base/log.ts'
import { createServer } from '../base/node-http.ts'
import type { Consoles } from '../console/consoles.ts'
import { openApiDocument } from '../contract/openapi.ts'
import { paths, routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import type { Pushes } from '../inject/pushes.ts'
import type { Jobs } from '../operator/jobs.ts'
import type { Power } from '../power/power.ts'
import type { Keyring } from '../provision/keyring.ts'
import type { Provisions } from '../provision/provisions.ts'
import type { Recoveries } from '../recover/recoveries.ts'
import type { SshPasswords } from '../recover/ssh-passwords.ts'
import type { Vault } from '../vault/vault.ts'
import { addressReader } from './address.ts'
import { createAgentSocket, isAgentPath } from './agent-socket.ts'
import { type ConsoleSocket, createConsoleSocket, permissionsOf } from './console-socket.ts'
import { sessionCookie } from './cookie.ts'
import { demandOwnHost } from './cross-site.ts'
import { createDeviceSocket } from './device-socket.ts'
import { endpoint, openEndpoint } from './endpoint.ts'
import { errorFunnel, sendError, toAppError } from './errors.ts'
import { mountFirstBoot } from './first-boot.ts'
import type { GateOptions } from './gate.ts'
import { createLivePrincipals, type LivePrincipals } from './live-principals.ts'
import { createLiveViewers, type LiveViewers } from './live-viewers.ts'
import { mount } from './mount.ts'
import { mountPages, securityHeaders } from './pages.ts'
import { accountEndpoints, projectEndpoints, userEndpoints } from './routes-access.ts'
import { auditEndpoints } from './routes-audit.ts'
import { deviceEndpoints } from './routes-devices.ts'
import { historyEndpoints, mountHistory } from './routes-history.ts'
import { jobEndpoints, mountFiles } from './routes-jobs.ts'
import { type KeyRouteParts, keyEndpoints } from './routes-keys.ts'
import { powerEndpoints } from './routes-power.ts'
import { mountKnownHosts, provisionEndpoints } from './routes-provision.ts'
import { pushEndpoints } from './routes-pushes.ts'
import { recoveryEndpoints } from './routes-recovery.ts'
import { sshPasswordEndpoints } from './routes-ssh-password.ts'
import { vaultEndpoints } from './routes-vault.ts'

export interface HttpOptions {
  access: Access
  audit: Audit
  devices: Devices
  consoles: Consoles
  jobs: Jobs
  pushes: Pushes
  keys: KeyRouteParts['keys']
  vault: Vault
  power: Power
  recoveries: Recoveries
  sshPasswords: SshPasswords
  provisions: Provisions
  keyring: Keyring
  clock: Clock
  log: Log
  version: string
  /** Folder of the built web client. */
  webRoot: string
  publicUrl: URL | undefined
  /** Under which origin machines reach this gateway; `host` is what was asked by. */
  originFor(host: string): string
  trustedProxies: string[]
  sessionSeconds: number
  ownersMayDefineDevices: boolean
}

export interface Http extends Closable {
  /** The port is the one that was given, or what the system chose for 0. */
  listen(address: { host: string; port: number }): Promise<number>
  /** Lets nobody in any more; what is under way goes on until `close`. */
  refuseMore(): void
}

/** The HTTP face of the gateway: JSON routes, the console's WebSocket, and the pages. */
export function createHttp(options: HttpOptions): Http {
  const { access, clock, log, publicUrl } = options
  const gate: GateOptions = {
    access,
    cookie: sessionCookie(publicUrl?.protocol === 'https:'),
    names: { publicUrl },
    addressOf: addressReader(options.trustedProxies),
  }
  const projectOf = (deviceId: string): string | undefined => options.devices.find(deviceId)?.projectId
  const principals = createLivePrincipals({ access, clock, log })
  const live = createLiveViewers({ principals, permissionsOf, projectOf })
  const app = createApp({ ...options, live, principals }, gate)
  const socket = createConsoleSocket({
    ...gate,
    live,
    clock,
    log,
    find(deviceId) {
      const console = options.consoles.get(deviceId)
      const projectId = projectOf(deviceId)
      return console && projectId !== undefined ? { console, projectId } : undefined
    },
  })
  const deviceSocket = createDeviceSocket({
    ...gate,
    principals,
    clock,
    log,
    inventory: {
      list: options.devices.list,
      find: options.devices.find,
      console: options.consoles.get,
    },
  })
  const agentSocket = createAgentSocket({ ...options, ...gate, principals })
  const server = createHttpServer(app, (path) => {
    if (path === paths.deviceChanges) return deviceSocket
    return isAgentPath(path) ? agentSocket : socket
  })
  return {
    listen: (address) => listen(server, address),
    refuseMore() {
      socket.refuseMore()
      deviceSocket.refuseMore()
      agentSocket.refuseMore()
      server.close()
    },
    async close() {
      await principals.close()
      await Promise.all([socket.close(), deviceSocket.close(), agentSocket.close()])
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function createApp(
  options: HttpOptions & { live: LiveViewers; principals: LivePrincipals },
  gate: GateOptions,
): Express {
  const { access, log, version } = options
  let openApi: ReturnType<typeof openApiDocument> | undefined
  const app = express()
  app.disable('x-powered-by')
  // The default parser builds objects out of brackets; ours are flat.
  app.set('query parser', 'simple')
  app.use(securityHeaders(options.publicUrl?.protocol === 'https:'))
  mountFirstBoot(app, { ...options, addressOf: gate.addressOf })
  app.use((request, response, next) => {
    try {
      demandOwnHost(request, gate.names)
    } catch (error) {
      return sendError(response, toAppError(error, log))
    }
    next()
  })
  app.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  mountHistory(app, options, gate)
  mountFiles(app, options, gate)
  mountKnownHosts(app, options, gate)
  mount(
    app,
    [
      endpoint(routes.openApi, async () => {
        openApi ??= openApiDocument(version)
        return openApi
      }),
      openEndpoint(routes.health, async () => ({ status: 'ok' as const, version })),
      ...accountEndpoints(access),
      ...userEndpoints(access),
      ...projectEndpoints(options),
      ...deviceEndpoints(options),
      ...historyEndpoints(options),
      ...jobEndpoints(options),
      ...recoveryEndpoints(options),
      ...sshPasswordEndpoints(options),
      ...keyEndpoints(options),
      ...vaultEndpoints(options),
      ...pushEndpoints(options),
      ...powerEndpoints(options),
      ...provisionEndpoints(options),
      ...auditEndpoints(options),
    ],
    { ...gate, sessionSeconds: options.sessionSeconds },
  )
  mountPages(app, options.webRoot)
  app.use(errorFunnel(log))
  return app
}

type Upgrades = Pick<ConsoleSocket, 'upgrade'>

function createHttpServer(app: Express, socketOf: (path: string) => Upgrades): Server {
  // Half-open requests are cut early: a visitor who never finishes a header holds a descriptor, not more.
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 30_000,
      // How often node looks for those that are over their time: 30 s by itself, so that 10 s were up to 40.
      connectionsCheckingInterval: 5000,
    },
    app,
  )
  server.on('upgrade', (request, stream, head) => {
    const path = URL.parse(request.url ?? '', 'http://gateway')?.pathname ?? ''
    void socketOf(path).upgrade(request, stream, head)
  })
  return server
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
