import { seenText } from '../../console/plain-text.ts'
import { LinkError } from '../../console/transport.ts'
import type { Cause } from '../../contract/line.ts'
import type { Answered } from './exchange.ts'

const longestQuote = 300

/** Why a service refused, from its status and the error body of DSP0266 section 8.6 (`@Message.ExtendedInfo`). */
export function refusal({ status, body }: Answered, name: string, undone: string): LinkError {
  const said = messageOf(body)
  return new LinkError(causeOf(status, name, { undone, said: said === '' ? '' : ` It says: ${said}` }))
}

function causeOf(status: number, name: string, { undone, said }: { undone: string; said: string }): Cause {
  switch (status) {
    case 401:
      return {
        code: 'wrong-credentials',
        message: `${name} refused the user name or the password. Check both, and that the account may use Redfish.`,
      }
    case 403:
      return { code: 'no-permission', message: `This account of ${name} has no right to ${undone}.${said}` }
    case 404:
    case 405:
    case 501:
      return { code: 'not-supported', message: `${name} does not know how to ${undone}.${said}` }
    case 412:
      return {
        code: 'other',
        message: `${name} was changed by somebody else at that moment. Order it again.`,
      }
    case 503:
      return { code: 'busy', message: `${name} is busy and could not ${undone}.${said}` }
    default:
      return { code: 'other', message: `${name} could not ${undone} (HTTP status ${status}).${said}` }
  }
}

/** What the service says to people: the messages of its error, or nothing. */
function messageOf(body: unknown): string {
  const error = field(body, 'error')
  const said = messagesOf(field(error, '@Message.ExtendedInfo'))
  return said === '' ? quoted(textOf(field(error, 'message'))) : said
}

/** Message objects (DSP0266 section 8.6) as one text. Many a BMC says no more than which message of a registry it means. */
export function messagesOf(list: unknown): string {
  const messages = (Array.isArray(list) ? list : []).map((one) => {
    const id = [field(one, 'MessageId'), ...textsOf(field(one, 'MessageArgs'))].map(textOf).join(' ')
    return `${textOf(field(one, 'Message')) || id} ${adviceOf(one)}`.trim()
  })
  return quoted(messages.filter((text) => text !== '').join(' '))
}

/** Registries write "None" where there is nothing to do. */
function adviceOf(message: unknown): string {
  const advice = textOf(field(message, 'Resolution'))
  return /^none\.?$/i.test(advice) ? '' : advice
}

const textOf = (of: unknown): string => (typeof of === 'string' ? of : '')

/** Words of the service, bounded, as they read: no control characters, nothing unseen. */
export function quoted(text: string, most = longestQuote): string {
  const words = seenText(text.replaceAll(/[\r\n\t]+/g, ' ')).trim()
  return Array.from(words).slice(0, most).join('')
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
