import { type AddressInfo, createServer } from 'node:net'
import { createSecureContext, getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { connectTls } from '../../../server/power/redfish/tls.ts'
import { type SelfSigned, selfSigned } from '../../lab/redfish/certificate.ts'

const usual = getCACertificates()
const open: (() => void)[] = []
afterEach(() => {
  setDefaultCACertificates(usual)
  for (const close of open.splice(0)) close()
})

/** Connects to a BMC that shows this certificate. */
async function connect({ key, cert }: SelfSigned, pin?: string) {
  const secureContext = createSecureContext({ key, cert })
  const server = createServer((socket) => {
    const secured = new TLSSocket(socket, { isServer: true, secureContext })
    secured.on('error', () => secured.destroy())
    open.push(() => secured.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const where = { address: '127.0.0.1', host: '127.0.0.1', port, name: `127.0.0.1:${port}` }
  const socket = await connectTls({ ...where, certificate: pin, signal: AbortSignal.timeout(60_000) })
  socket.destroy()
}

it('a certificate that an authority of the system vouches for is taken without a pin', async () => {
  const bmc = await selfSigned('IP:127.0.0.1')
  await expect(connect(bmc)).rejects.toMatchObject({ reason: { code: 'host-key-unknown' } })
  setDefaultCACertificates([...usual, bmc.cert])
  await connect(bmc)
})

it.each(['IP:127.0.0.2', 'DNS:bmc', undefined])('but not one of another machine (%s)', async (names) => {
  const bmc = await selfSigned(names)
  setDefaultCACertificates([...usual, bmc.cert])
  await expect(connect(bmc)).rejects.toMatchObject({
    reason: { code: 'host-key-unknown', offered: bmc.fingerprint },
  })
})

it('nor where another one is pinned', async () => {
  const [bmc, other] = [await selfSigned('IP:127.0.0.1'), await selfSigned()]
  setDefaultCACertificates([...usual, bmc.cert])
  await expect(connect(bmc, other.fingerprint)).rejects.toMatchObject({
    reason: { code: 'host-key-changed', offered: bmc.fingerprint },
  })
})
