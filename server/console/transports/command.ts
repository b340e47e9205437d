import { programEnvironment } from '../environment.ts'
import { inWords } from '../program-end.ts'
import { openPty } from '../pty.ts'
import { breakUnsupported } from '../socket-link.ts'
import { type Link, LinkError, type OpenRequest, type Transport } from '../transport.ts'

/** A program whose terminal is the console: `virsh console`, a vendor's client, a script. Only an instance admin sets one up. */
export const commandTransport: Transport<'command'> = { kind: 'command', open: openCommand }

async function openCommand({ config, events, signal }: OpenRequest<'command'>): Promise<Link> {
  const [program, ...args] = config.argv
  if (program === undefined) throw new LinkError({ code: 'program-missing', message: 'No program is given.' })
  const pty = await openPty({
    argv: [program, ...args],
    env: programEnvironment(),
    cwd: '/',
    mode: 'raw',
    data: events.data,
    ended: (end) => events.closed({ code: 'program-ended', message: `${program} ${inWords(end)}` }),
    signal,
  })
  return {
    breakSupported: false,
    write: (bytes) => pty.write(bytes),
    drained: () => pty.drained(),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    sendBreak: () =>
      Promise.reject(breakUnsupported(`${program} runs in a terminal, which cannot carry a BREAK.`)),
    close: () => pty.close(),
  }
}
