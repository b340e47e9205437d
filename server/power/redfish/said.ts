import { seenText } from '../../console/plain-text.ts'
import { LinkError } from '../../console/transport.ts'
import type { Cause } from '../../contract/line.ts'
import type { Answered } from './exchange.ts'

const longestQuote = 300

/** Why a service refused, from its status and the error body of DSP0266 section 8.6 (`@Message.ExtendedInfo`). */
export function refusal({ status, body }: Answered, name: string, undone: string): LinkError {
  const said = messageOf(body)
  return new LinkError(causeOf(status, name, said === '' ? `${undone}.` : `${undone}. It says: ${said}`))
}

function causeOf(status: number, name: string, undone: string): Cause {
  switch (status) {
    case 401:
      return {
        code: 'wrong-credentials',
        message: `${name} refused the user name or the password. Check both, and that the account may use Redfish.`,
      }
    case 403:
      return { code: 'no-permission', message: `This account of ${name} has no right to ${undone}` }
    case 404:
    case 405:
    case 501:
      return { code: 'not-supported', message: `${name} does not know how to ${undone}` }
    case 503:
      return { code: 'busy', message: `${name} is busy and could not ${undone}` }
    default:
      return { code: 'other', message: `${name} could not ${undone} (HTTP status ${status})` }
  }
}

/** What the service says to people: the messages of its error, or nothing. Its own words are bounded and shown as they read. */
function messageOf(body: unknown): string {
  const error = field(body, 'error')
  const extended = field(error, '@Message.ExtendedInfo')
  const messages = (Array.isArray(extended) ? extended : []).map((one) => field(one, 'Message'))
  const texts = [...messages, field(error, 'message')].filter((text) => typeof text === 'string')
  const words = seenText((texts[0] ?? '').replaceAll(/[\r\n\t]+/g, ' ')).trim()
  return Array.from(words).slice(0, longestQuote).join('')
}

/** A field of what may be anything. */
export function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name)
    ? (of as Record<string, unknown>)[name]
    : undefined
}

/** `{ "@odata.id": path }`, where it is a path of this service; nothing else is ever asked. */
export function link(of: unknown): string | undefined {
  return pathOnly(field(of, '@odata.id'))
}

export function pathOnly(text: unknown): string | undefined {
  return typeof text === 'string' && /^\/(?!\/)[\x21-\x7e]{0,500}$/.test(text) ? text : undefined
}

export const textsOf = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []
