import { parentPort } from 'node:worker_threads'
import { Emulator } from './emulator.ts'
import type { FromEmulators, ToEmulators } from './messages.ts'

const port = parentPort
const terminals = new Map<number, Emulator>()

port?.on('message', take)

function take(message: ToEmulators): void {
  const { id } = message
  if (message.type === 'open') {
    terminals.set(id, new Emulator(message.size))
    return
  }
  const terminal = terminals.get(id)
  if (terminal === undefined) return
  switch (message.type) {
    case 'write':
      write(terminal, message)
      break
    case 'resize':
      terminal.resize(message.size)
      break
    case 'draw':
      terminal.draw((drawing) => tell({ type: 'drawn', id, request: message.request, drawing }))
      break
    case 'view':
      terminal.view((view) => tell({ type: 'viewed', id, request: message.request, view }))
      break
    case 'close':
      terminals.delete(id)
      terminal.close()
  }
}

/** What the terminal answers is told only where the gateway wants it: never of bytes that were printed some time ago. */
function write(terminal: Emulator, { id, bytes, end, asks }: Extract<ToEmulators, { type: 'write' }>): void {
  terminal.write(bytes, end, (answers) => {
    if (asks && answers !== '') tell({ type: 'answer', id, end, text: answers })
    tell({ type: 'parsed', id, bytes: bytes.length })
  })
}

function tell(message: FromEmulators): void {
  port?.postMessage(message)
}
