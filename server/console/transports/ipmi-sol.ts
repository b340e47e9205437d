import type { Cause } from '../../contract/line.ts'
import { breakUnsupported } from '../socket-link.ts'
import { breakSequence, EscapeCodec } from '../sol/escape.ts'
import { checkAccount, type IpmiAccess } from '../sol/ipmitool.ts'
import type { SolMarks } from '../sol/marks.ts'
import { freePayload, holderOfPayload } from '../sol/payload.ts'
import { bmcOf, PayloadWatch } from '../sol/payload-watch.ts'
import { SolSession } from '../sol/session.ts'
import { resolveTarget } from '../target.ts'
import { targetName } from '../tcp-link.ts'
import { type Link, LinkError, type OpenRequest, type Transport } from '../transport.ts'

export interface IpmiSolParts {
  marks: SolMarks
  /** ipmitool by name or path. */
  program?: string
  /** How long a console may be silent before the BMC is asked whose it is. */
  askEveryMs?: number
}

/** A login each five minutes at most: BMCs write every login into a log of a few thousand lines. */
const usualAskEveryMs = 5 * 60_000

/** Serial over LAN (IPMI 2.0 chapter 15), spoken by ipmitool. */
export function createIpmiSolTransport(parts: IpmiSolParts): Transport<'ipmi-sol'> {
  const { marks, program = 'ipmitool', askEveryMs = usualAskEveryMs } = parts
  const held = new Set<string>()
  return {
    kind: 'ipmi-sol',
    async open(request) {
      const { config, secrets, signal, allowLocalTargets } = request
      const password = checkAccount(config.username, secrets.password)
      const address = await resolveTarget(config.host, { allowLocalTargets, signal })
      const bmc = `${address} ${config.port}`
      // Else the policies for stale sessions could end a console that this very gateway holds.
      if (held.has(bmc)) throw new LinkError(heldByUs(targetOf(request)))
      held.add(bmc)
      const access = { program, config, password, address }
      const link = new SolLink({ request, access, marks, askEveryMs, release: () => held.delete(bmc) })
      try {
        await link.open()
      } catch (error) {
        await link.close()
        throw error
      }
      return link
    },
  }
}

/**
 * ipmitool keeps a BREAK until something is typed, and sends both: just right for the command key of a SysRq. When none is typed in this
 * time, a NUL is, which hardly anything minds; sent at once it would be the SysRq's key, and there would be none.
 */
const breakAloneMs = 3000
const nul = Uint8Array.of(0)

interface SolLinkParts {
  request: OpenRequest<'ipmi-sol'>
  access: IpmiAccess
  marks: SolMarks
  askEveryMs: number
  release: () => void
}

class SolLink implements Link {
  readonly breakSupported = true
  readonly #parts: SolLinkParts
  readonly #codec = new EscapeCodec()
  readonly #watch: PayloadWatch
  #breakAlone: NodeJS.Timeout | undefined
  #session: SolSession | undefined
  #isOpen = false
  #ownerClosed = false
  #endedEarly: Cause | undefined
  #closing: Promise<void> | undefined

  constructor(parts: SolLinkParts) {
    this.#parts = parts
    const { access, marks, askEveryMs, request } = parts
    const lost = () => this.#ended(takenOver(targetOf(request)))
    this.#watch = new PayloadWatch({ access, marks, log: request.log, everyMs: askEveryMs, lost })
  }

  async open(): Promise<void> {
    try {
      await this.#activate()
    } catch (error) {
      if (!(error instanceof LinkError) || error.reason.code !== 'busy') throw error
      if (!(await this.#mayFree())) throw new LinkError(inUse(this.#parts.request), { cause: error })
      await freePayload(this.#parts.access, this.#parts.request.signal)
      await this.#activate()
    }
    if (this.#endedEarly !== undefined) throw new LinkError(this.#endedEarly)
    this.#isOpen = true
    this.#watch.start()
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length > 0) clearTimeout(this.#breakAlone)
    this.#watch.seen()
    return this.#session?.pty?.write(this.#codec.encode(bytes)) ?? true
  }

  async drained(): Promise<void> {
    await this.#session?.pty?.drained()
  }

  async sendBreak(): Promise<void> {
    const pty = this.#session?.pty
    if (pty === undefined) return
    if (!this.#codec.atLineStart) throw breakUnsupported(breakMidLine)
    this.#session?.printed.expectBreakNotice()
    pty.write(breakSequence)
    clearTimeout(this.#breakAlone)
    this.#breakAlone = setTimeout(() => this.write(nul), breakAloneMs)
    await pty.drained()
  }

  close(): Promise<void> {
    this.#ownerClosed = true
    return this.#end()
  }

  #end(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    clearTimeout(this.#breakAlone)
    const gaveBack = await this.#session?.end()
    await this.#watch.close(gaveBack === true)
    this.#parts.release()
  }

  async #activate(): Promise<void> {
    const { request, access } = this.#parts
    const { events, signal } = request
    const target = targetOf(request)
    const data = (bytes: Uint8Array): void => {
      this.#watch.seen()
      events.data(bytes)
    }
    const session = new SolSession({ access, target, data, ended: this.#ended, signal })
    await session.start()
    this.#session = session
  }

  #ended = (cause: Cause): void => {
    if (!this.#isOpen) this.#endedEarly = cause
    else
      void this.#end().then(() => {
        if (!this.#ownerClosed) this.#parts.request.events.closed(cause)
      })
  }

  /** Whether the policy lets us end the session that has the console. */
  async #mayFree(): Promise<boolean> {
    const { request, access, marks } = this.#parts
    const policy = request.config.staleSession
    if (policy !== 'if-ours') return policy === 'force'
    const ours = await marks.begun(bmcOf(access)).catch(() => undefined)
    return ours !== undefined && ours === (await holderOfPayload(access, request.signal))
  }
}

const targetOf = ({ config }: OpenRequest<'ipmi-sol'>): string => targetName(config)

const heldByUs = (target: string): Cause => ({
  code: 'busy',
  message: `This gateway already holds the console of ${target}: a BMC has only one. Is it in the inventory twice?`,
})

const takenOver = (target: string): Cause => ({
  code: 'closed-by-far-end',
  message: `Another session took the console of ${target}, or ended ours.`,
})

function inUse(request: OpenRequest<'ipmi-sol'>): Cause {
  const message = `The console of ${targetOf(request)} is in use by another session, and a BMC has only one.`
  const remedy =
    request.config.staleSession === 'never'
      ? 'End that session, or wait: a BMC forgets one that is gone after a minute.'
      : 'It is not one that this gateway left behind. End it, or let the device take the console over (stale session: force).'
  return { code: 'busy', message: `${message} ${remedy}` }
}

const breakMidLine =
  'ipmitool takes a BREAK only at the beginning of a line, and the last thing typed was not Enter. Press Enter, then send it again.'
