import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ForgePage {
  status?: number
  headers?: Record<string, string>
  body?: string
}

/** A site that publishes its users' keys, on loopback with a certificate of its own. */
export interface Forge {
  origin: string
  /** The file of its certificate, for who is to trust it. */
  certificate: string
  /** By path; what is not there is answered with 404. */
  pages: Map<string, ForgePage>
  /** Host, path and cookie of each request. */
  asked: string[]
  close(): Promise<void>
}

export async function startForge(): Promise<Forge> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-forge-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  makeCertificate(key, certificate)
  const pages = new Map<string, ForgePage>()
  const asked: string[] = []
  const pem = { key: await readFile(key), cert: await readFile(certificate) }
  const server = createServer(pem, (request, response) => {
    asked.push(`${request.headers.host} ${request.url} ${request.headers.cookie ?? ''}`)
    const page = pages.get(request.url ?? '')
    response.writeHead(page?.status ?? (page ? 200 : 404), page?.headers)
    response.end(page?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificate,
    pages,
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

function makeCertificate(key: string, certificate: string): void {
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', certificate, ...name], { stdio: 'ignore' })
}
