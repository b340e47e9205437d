import type { z } from 'zod'
import { downloadQuery, historyQuery, historySearch, historySearchAll, searchRecord } from './history.ts'
import { fileQuery, sentFile } from './jobs.ts'
import { knownHostsQuery } from './provision.ts'
import type { paths } from './routes.ts'

/** What OpenAPI says of a path that is not JSON in, JSON out. */
export interface Described {
  method: 'get' | 'post'
  summary: string
  query?: z.ZodType
  body?: Content
  answer: Content & { status: 101 | 200 | 202; description: string }
  /** The address is all that it takes. */
  open?: true
}

interface Content {
  /** Absent where there is no body, as of an upgrade. */
  type?: string
  schema?: z.ZodType
}

const upgrade = (description: string): Described['answer'] => ({ status: 101, description })
const lines = { type: 'application/x-ndjson', schema: searchRecord } as const

export const describedPaths: Record<keyof typeof paths, Described> = {
  console: {
    method: 'get',
    summary: 'The console as a WebSocket: binary frames are its bytes, text frames are control messages.',
    answer: upgrade('A WebSocket. docs/console.md says what is spoken on it.'),
  },
  deviceChanges: {
    method: 'get',
    summary: 'The list of devices as a WebSocket: what changes of it, once a second.',
    answer: upgrade('A WebSocket on which only the gateway speaks.'),
  },
  files: {
    method: 'post',
    summary: 'Sends the body as a file, typed over the console.',
    query: fileQuery,
    body: { type: 'application/octet-stream' },
    answer: { status: 202, description: 'It has begun.', type: 'application/json', schema: sentFile },
  },
  history: {
    method: 'get',
    summary: "Bytes of a console's history; the headers Lifeline-Offset, -End and -Oldest say which.",
    query: historyQuery,
    answer: { status: 200, description: 'Raw bytes.', type: 'application/octet-stream' },
  },
  historyDownload: {
    method: 'get',
    summary: 'A span of history as a file.',
    query: downloadQuery,
    answer: { status: 200, description: 'The file.', type: 'application/octet-stream' },
  },
  historySearch: {
    method: 'post',
    summary: "Searches one console's history.",
    body: { type: 'application/json', schema: historySearch },
    answer: { status: 200, description: 'One record in each line.', ...lines },
  },
  historySearchAll: {
    method: 'post',
    summary: 'Searches the history of every console that the caller may see.',
    body: { type: 'application/json', schema: historySearchAll },
    answer: { status: 200, description: 'One record in each line.', ...lines },
  },
  knownHosts: {
    method: 'get',
    summary: 'Host keys of the devices that the caller may see, as lines of a known_hosts file.',
    query: knownHostsQuery,
    answer: { status: 200, description: 'Lines for ssh.', type: 'text/plain' },
  },
  pushAgent: {
    method: 'get',
    summary:
      'Attaches the ssh agent of who ordered the push, as a WebSocket: the gateway asks it to log in at the devices.',
    answer: upgrade('A WebSocket. docs/push.md says what is spoken on it.'),
  },
  passwordAgent: {
    method: 'get',
    summary: 'Attaches the ssh agent of who sets a new root password over SSH, as a WebSocket.',
    answer: upgrade('A WebSocket. docs/push.md says what is spoken on it.'),
  },
  provision: {
    method: 'get',
    summary: 'What a machine asks for at its first boot.',
    answer: { status: 200, description: 'The document.', type: 'text/plain' },
    open: true,
  },
}
