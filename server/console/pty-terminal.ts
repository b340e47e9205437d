import { closeSync, constants, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import nodePty from 'node-pty'
import { DescriptorWriter } from './descriptor-writer.ts'
import { markInheritable } from './inheritable.ts'
import { justRead, readBuffer } from './read-buffer.ts'
import { LinkError } from './transport.ts'

const columns = 80
const rows = 24

/** Our side of a pty. */
export interface Terminal {
  /** Where the other side is opened. */
  path: string
  writer: DescriptorWriter
  /** The program has the other side open, so ours need not any more. */
  launched(): void
  /** Stops reading, so that the program waits in write(2), and goes on. */
  pause(): void
  resume(): void
  /** Resolves when nobody has the other side open and all of it was read, at the latest after `withinMs`. */
  hungUp(withinMs: number): Promise<void>
  close(): void
}

/** Opens a pty and reads it. What `data` gets is used again after the call. Throws LinkError. */
export function openTerminal(data: (bytes: Uint8Array) => void): Terminal {
  const pair = openPair()
  const unmark = markInheritable(pair.master)
  // Held open until the launcher has it: a terminal that nobody has open reads as hung up. Opened anew, because
  // node sets FD_CLOEXEC where openpty(3) does not.
  let slave: number | undefined = openSync(pair.pty, constants.O_RDWR | constants.O_NOCTTY)
  closeSync(pair.slave)
  const callback = (length: number): boolean => {
    data(justRead(length))
    return true
  }
  const reader = new ReadStream(pair.master, { onread: { buffer: readBuffer, callback } })
  const writer = new DescriptorWriter({ fd: pair.master, isOpen: () => !reader.destroyed })
  const closed = new Promise<void>((resolve) => reader.once('close', resolve))
  // Linux reports a hang-up as EIO. Either way `close` follows.
  reader.on('error', () => {})
  reader.resume()
  reader.once('close', () => writer.stop())

  const launched = () => {
    if (slave !== undefined) closeSync(slave)
    slave = undefined
  }
  const close = () => {
    launched()
    writer.stop()
    reader.destroy()
    unmark()
  }
  return {
    path: pair.pty,
    writer,
    launched,
    pause: () => void reader.pause(),
    resume: () => void reader.resume(),
    close,
    hungUp: (withinMs) => within(closed, withinMs),
  }
}

/** Resolves with the event, at the latest after `ms`. */
export async function within(event: Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, ms)
  await Promise.race([event, late.promise])
  clearTimeout(timer)
}

interface PtyPair {
  master: number
  slave: number
  pty: string
}

/** openpty(3). Of node-pty we use this alone: its `spawn` cannot make a raw terminal, and its writer is unsafe (DescriptorWriter). */
function openPair(): PtyPair {
  const native: { open?: (columns: number, rows: number) => PtyPair } =
    'native' in nodePty && typeof nodePty.native === 'object' ? (nodePty.native ?? {}) : {}
  if (native.open === undefined)
    throw new LinkError({ code: 'other', message: 'node-pty offers no openpty here.' })
  try {
    return native.open(columns, rows)
  } catch (error) {
    throw new LinkError(
      {
        code: 'other',
        message:
          'The gateway could not open a pseudo-terminal. Are there too many (/proc/sys/kernel/pty/max)?',
      },
      { cause: error },
    )
  }
}
