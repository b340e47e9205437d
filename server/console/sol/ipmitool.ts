import type { Secret } from '../../base/secret.ts'
import type { TransportOf } from '../../contract/transports.ts'
import { programEnvironment } from '../environment.ts'
import { LinkError } from '../transport.ts'

/** How ipmitool reaches one BMC. */
export interface IpmiAccess {
  /** ipmitool by name or path. */
  program: string
  config: Pick<TransportOf<'ipmi-sol'>, 'port' | 'username' | 'cipherSuite' | 'privilege'>
  password: Secret
  /** What `config.host` resolved to: ipmitool must not look it up again. */
  address: string
}

/**
 * The command line up to ipmitool's own command. For a console, one try of one second for each request is what keeps the time in which a
 * dead BMC is found under 30 s; `-v` tells a wrong password from a BMC that does not answer.
 */
export function ipmitoolArgv({ program, config, address }: IpmiAccess, tries = 1): [string, ...string[]] {
  const to = ['-H', address, '-p', String(config.port), '-U', config.username]
  const how = ['-C', String(config.cipherSuite), '-L', config.privilege.toUpperCase()]
  return [program, '-I', 'lanplus', ...to, '-E', ...how, '-v', '-N', '1', '-R', String(tries)]
}

/** ipmitool's whole environment. It takes the password from there, where other users cannot read it. */
export function ipmitoolEnvironment({ password }: Pick<IpmiAccess, 'password'>): Record<string, string> {
  const { PATH = '/usr/bin:/bin', LANG = 'C.UTF-8' } = programEnvironment('/')
  return { PATH, LANG, TERM: 'dumb', HOME: '/nonexistent', IPMI_PASSWORD: password.reveal() }
}

/** IPMI 2.0 section 22.28 and table 22-37: 16 bytes of name, 20 of password. */
const mostBytes = { username: 16, password: 20 }

/** Throws LinkError where ipmitool would refuse, or read another password than the one that is set. */
export function checkAccount(username: string, password: Secret | undefined): Secret {
  if (password === undefined) {
    throw new LinkError({
      code: 'credentials-missing',
      message: 'IPMI needs a password. Enter it in the device.',
    })
  }
  const text = password.reveal()
  if (Buffer.byteLength(text) > mostBytes.password || text.includes('\0')) {
    const message =
      'An IPMI password has at most 20 bytes, none of them NUL: this one cannot be right. Enter the password of the BMC account.'
    throw new LinkError({ code: 'wrong-credentials', message })
  }
  if (Buffer.byteLength(username) > mostBytes.username) {
    const message =
      'An IPMI user name has at most 16 bytes: this one cannot be right. Enter the name of the BMC account.'
    throw new LinkError({ code: 'wrong-credentials', message })
  }
  return password
}
