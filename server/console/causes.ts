import { systemCode } from '../base/errors.ts'
import type { Cause } from '../contract/line.ts'

/**
 * The cause of a failed system call, in words. `target` is `host:port` or a path. Errors of other kinds become `other`
 * with their own message.
 */
export function causeOfSystemError(error: unknown, target: string): Cause {
  switch (systemCode(error)) {
    case 'ECONNREFUSED':
      return {
        code: 'refused',
        message: `${target} refused the connection: nothing listens there, or a firewall rejects it.`,
      }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return {
        code: 'no-route',
        message: `There is no route to ${target}. Check the address and the gateway's network.`,
      }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'name-not-found',
        message: `The name in ${target} does not resolve. Check its spelling and the gateway's DNS.`,
      }
    case 'ETIMEDOUT':
      return {
        code: 'timeout',
        message: `${target} did not answer in time. Is it powered, and does a firewall drop the packets?`,
      }
    case 'ECONNRESET':
    case 'EPIPE':
      return { code: 'closed-by-far-end', message: `${target} closed the connection.` }
    case 'ENOENT':
      return { code: 'no-such-file', message: `${target} does not exist on the gateway.` }
    case 'EACCES':
    case 'EPERM':
      return { code: 'no-permission', message: `The gateway's user may not open ${target}.` }
    case 'EBUSY':
      return { code: 'busy', message: `${target} is in use by another program.` }
    default:
      return {
        code: 'other',
        message: `${target}: ${error instanceof Error ? error.message : 'unknown failure'}`,
      }
  }
}

export const abortedCause = (target: string): Cause => ({
  code: 'timeout',
  message: `${target} did not answer in time. Is it powered, and does a firewall drop the packets?`,
})

export const closedByFarEnd = (target: string): Cause => ({
  code: 'closed-by-far-end',
  message: `${target} closed the connection.`,
})
