import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../run.ts'

export interface SelfSigned {
  key: string
  cert: string
  /** `SHA256:` and base64 without padding, of the certificate as a whole. */
  fingerprint: string
}

/** A certificate as BMCs leave the factory with: it vouches for itself, and names no address (`names`, as openssl has them). */
export async function selfSigned(names?: string): Promise<SelfSigned> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-certificate-'))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const named = names === undefined ? [] : ['-addext', `subjectAltName=${names}`]
    const files = ['-keyout', keyFile, '-out', certFile]
    await run('openssl', ['req', '-x509', ...curve, '-subj', '/CN=bmc', ...named, ...files])
    const [key, cert] = [await readFile(keyFile, 'utf8'), await readFile(certFile, 'utf8')]
    const digits = new X509Certificate(cert).fingerprint256.replaceAll(':', '')
    return {
      key,
      cert,
      fingerprint: `SHA256:${Buffer.from(digits, 'hex').toString('base64').replace('=', '')}`,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
