import http from 'node:http'
import type { AgentMessage } from '../../../server/contract/agent/socket.ts'
import type { ErrorBody } from '../../../server/contract/errors.ts'
import type { Push } from '../../../server/contract/pushes.ts'
import type { SshPasswordChange } from '../../../server/contract/ssh-password.ts'
import { shown } from './shown.ts'

const pushPath = (id: string) => `/api/pushes/${encodeURIComponent(id)}`
const passwordPath = (device: string) => `/api/devices/${encodeURIComponent(device)}/root-password/over-ssh`

/** A Lifeline gateway, as the owner of an API token has it. All of it rejects with Error, in words for people. */
export class Gateway {
  readonly #url: URL
  readonly #headers: { Authorization: string }

  constructor(url: URL, token: string) {
    this.#url = url
    this.#headers = { Authorization: `Bearer ${token}` }
  }

  push(id: string): Promise<Push> {
    return this.#call('GET', pushPath(id))
  }

  /** Null where none was ordered. */
  rootPassword(device: string): Promise<SshPasswordChange | null> {
    return this.#call('GET', passwordPath(device))
  }

  /** `order` is the text of a JSON object. */
  order(order: string): Promise<Push> {
    return this.#call('POST', '/api/pushes', order)
  }

  /** Resolves with the gateway's last words when the socket has closed. */
  attach(to: { push: string } | { rootPassword: string }, events: AgentEvents): Promise<string> {
    const path = 'push' in to ? pushPath(to.push) : passwordPath(to.rootPassword)
    const address = new URL(`${path}/agent`, this.#url)
    address.protocol = address.protocol.replace('http', 'ws')
    const socket = new http.WebSocket(address, { headers: this.#headers })
    socket.binaryType = 'arraybuffer'
    let bye = ''
    socket.addEventListener('open', () => events.opened((frame) => socket.send(frame)))
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) return events.frame(new Uint8Array(data))
      const message: AgentMessage = JSON.parse(String(data))
      if (message.type === 'bye') bye = shown(message.message)
      else events.told(message)
    })
    return new Promise((resolve, reject) => {
      socket.addEventListener('close', ({ code }) => {
        if (bye !== '') resolve(bye)
        else reject(new Error(`The connection to the gateway ended (${code}).`))
      })
    })
  }

  async #call<T>(method: string, path: string, body?: string): Promise<T> {
    const headers = { ...this.#headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) }
    const address = new URL(path, this.#url)
    const answer = await fetch(address, { method, headers, ...(body !== undefined && { body }) }).catch(
      (error: Error) => {
        throw new Error(`${this.#url.origin} cannot be reached: ${reasonOf(error)}.`)
      },
    )
    const text = await answer.text()
    if (answer.ok) return JSON.parse(text)
    throw new Error(
      refusalOf(text) ?? `${this.#url.origin} answers ${answer.status}, and not as Lifeline does.`,
    )
  }
}

export interface AgentEvents {
  opened(send: (frame: Uint8Array) => void): void
  frame(bytes: Uint8Array): void
  told(message: Exclude<AgentMessage, { type: 'bye' }>): void
}

function refusalOf(text: string): string | undefined {
  try {
    const { error }: ErrorBody = JSON.parse(text)
    const mistakes = error.mistakes?.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
    return shown([error.message, ...mistakes].join(' '))
  } catch {
    return undefined
  }
}

const reasonOf = ({ message, cause }: Error): string => (cause instanceof Error ? cause.message : message)
