import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cause } from '../../contract/line.ts'
import { abortedCause, causeOfSystemError } from '../causes.ts'
import { type OpenPort, openPort } from '../serial-port.ts'
import { breakUnsupported } from '../socket-link.ts'
import { type Link, LinkError, type OpenRequest, type Transport } from '../transport.ts'

/** A serial port of the gateway's own machine. */
export const ttyTransport: Transport<'tty'> = {
  kind: 'tty',
  async open(request) {
    const device = devicePath(request.config.path)
    // A second opener sets the line up before it meets the first one's lock, and so would disturb it.
    if (inUse.has(device)) throw new LinkError(busy(request.config.path))
    inUse.add(device)
    const link = new TtyLink(request, () => inUse.delete(device))
    try {
      await link.open()
    } catch (error) {
      await link.close()
      throw error
    }
    return link
  },
}

const inUse = new Set<string>()
const breakMs = 250
/** Closing waits in the kernel for what was not sent yet; a device that does not take it must not hold us up. */
const closeMs = 4000

class TtyLink implements Link {
  readonly #request: OpenRequest<'tty'>
  readonly #release: () => void
  readonly #ended = new AbortController()
  #port: OpenPort | undefined
  #breakSupported = false
  #isOpen = false
  #isClosed = false
  #freeing: Promise<void> | undefined

  constructor(request: OpenRequest<'tty'>, release: () => void) {
    this.#request = request
    this.#release = release
  }

  get breakSupported(): boolean {
    return this.#breakSupported
  }

  async open(): Promise<void> {
    const { config, signal } = this.#request
    // Opening does not block (O_NONBLOCK), so there is nothing to cut short, only something not to begin or keep.
    if (signal.aborted) throw new LinkError(abortedCause(config.path))
    this.#port = await openPort(config, { data: this.#data, gone: this.#gone }).catch((error: unknown) => {
      throw new LinkError(causeOfOpenError(error, config.path), { cause: error })
    })
    this.#breakSupported = await this.#port.setBreak(false).then(
      () => true,
      () => false,
    )
    if (signal.aborted) throw new LinkError(abortedCause(config.path))
    if (this.#ended.signal.aborted) throw new LinkError(wentAway(config.path))
    this.#isOpen = true
  }

  write(bytes: Uint8Array): boolean {
    if (this.#port === undefined || this.#ended.signal.aborted) return true
    return this.#port.writer.write(bytes)
  }

  drained(): Promise<void> {
    return this.#port?.writer.drained() ?? Promise.resolve()
  }

  async sendBreak(): Promise<void> {
    const { path } = this.#request.config
    if (!this.#breakSupported || this.#port === undefined) {
      throw breakUnsupported(`${path} is not a serial port of the kind that can send a BREAK.`)
    }
    if (this.#ended.signal.aborted) return
    await this.#port.setBreak(true)
    await pause(breakMs, undefined, { signal: this.#ended.signal }).catch(() => {})
    // Should the port have gone meanwhile, `closed` tells.
    await this.#port.setBreak(false).catch(() => {})
  }

  close(): Promise<void> {
    this.#isClosed = true
    return this.#free()
  }

  #free(): Promise<void> {
    this.#isOpen = false
    this.#ended.abort()
    this.#freeing ??= this.#closePort()
    return this.#freeing
  }

  async #closePort(): Promise<void> {
    const late = new AbortController()
    const closed = this.#port?.close().catch(() => {})
    await Promise.race([closed, pause(closeMs, undefined, late).catch(() => {})])
    late.abort()
    this.#release()
  }

  #data = (bytes: Uint8Array): void => {
    if (!this.#isClosed) this.#request.events.data(bytes)
  }

  #gone = (): void => {
    this.#ended.abort()
    if (this.#isOpen) void this.#leave()
  }

  async #leave(): Promise<void> {
    await this.#free()
    const { config, events } = this.#request
    if (!this.#isClosed) events.closed(wentAway(config.path))
  }
}

/** The device itself, whatever link led to it. Throws LinkError where that is no device we may open. */
function devicePath(path: string): string {
  try {
    const device = realpathSync(path)
    if (!statSync(device).isCharacterDevice()) throw new LinkError(notSerial(path))
    accessSync(device, constants.R_OK | constants.W_OK)
    return device
  } catch (error) {
    if (error instanceof LinkError) throw error
    throw new LinkError(causeOfSystemError(error, path), { cause: error })
  }
}

/** The serial library's errors have no code, only the system's words. */
function causeOfOpenError(error: unknown, path: string): Cause {
  const words = error instanceof Error ? error.message : ''
  if (/cannot lock|busy/i.test(words)) return busy(path)
  if (/permission denied|not permitted/i.test(words)) {
    return { code: 'no-permission', message: `The gateway's user may not open ${path}.` }
  }
  if (/inappropriate ioctl/i.test(words)) return notSerial(path)
  return { code: 'other', message: `${path} could not be opened. ${words}` }
}

const busy = (path: string): Cause => ({
  code: 'busy',
  message: `${path} is in use by another program, or by another device of this gateway.`,
})

const notSerial = (path: string): Cause => ({
  code: 'other',
  message: `${path} is not a serial port. Give the path of one, for example /dev/ttyUSB0.`,
})

const wentAway = (path: string): Cause => ({
  code: 'closed-by-far-end',
  message: `${path} went away: was the adapter unplugged?`,
})
