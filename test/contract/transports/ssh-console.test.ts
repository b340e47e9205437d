import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountsCanBeMade, type LabAccount, labAccount } from '../../lab/account.ts'
import { type DeviceSocket, startDeviceSocket } from '../../lab/device-socket.ts'
import { startDropbear } from '../../lab/dropbear.ts'
import { freePort } from '../../lab/ports.ts'
import { type SshdOptions, type SshServer, startSshd } from '../../lab/sshd.ts'
import { openSsh, refusal, type SshAttempt } from './open-ssh.ts'

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

/** Each byte value after each other one: what a terminal, an escape filter or a line discipline could trip over. */
const everyPair = Buffer.concat(
  Array.from({ length: 256 }, (_, byte) => everyByte.map((other) => other ^ byte)),
)

describe.skipIf(!accountsCanBeMade())('a console over SSH (needs root, for a real account)', () => {
  let account: LabAccount
  const owned: { close: () => Promise<void> }[] = []

  beforeAll(async () => {
    account = await labAccount()
  })

  afterAll(() => Promise.all(owned.map((one) => one.close())))

  const device = async () => {
    const line = await startDeviceSocket()
    owned.push(line)
    return line
  }

  const sshd = async (options: SshdOptions) => {
    const server = await startSshd(options)
    owned.push(server)
    return server
  }

  const attempt = (far: SshServer, config: SshAttempt['config'] = {}): SshAttempt => ({
    port: far.port,
    secrets: { password: account.password },
    config: { hostKey: far.fingerprints.ed25519 ?? '', ...config },
  })

  const join = async (far: SshServer, line: DeviceSocket) => {
    const opened = await openSsh(attempt(far))
    await line.joined()
    return opened
  }

  describe.each([
    { name: 'sshd', start: startSshd },
    { name: 'dropbear', start: startDropbear },
  ])('at $name', ({ start }) => {
    it('passes every byte value both ways', async () => {
      const line = await device()
      const far = await start({ command: line.command })
      owned.push(far)
      const { link, printed } = await join(far, line)
      link.write(everyPair)
      await expect.poll(() => line.received().length, { timeout: 20_000 }).toBe(everyPair.length)
      expect(line.received().equals(everyPair)).toBe(true)
      line.print(everyPair)
      await expect.poll(() => printed().length, { timeout: 20_000 }).toBe(everyPair.length)
      expect(printed().equals(everyPair)).toBe(true)
      await link.close()
    })

    it('waits for a far end that takes more than its window holds, and loses nothing', async () => {
      const line = await device()
      const far = await start({ command: line.command })
      owned.push(far)
      const { link } = await join(far, line)
      const paste = Buffer.alloc(64 * 1024, 'x')
      let waits = 0
      for (let i = 0; i < 64; i += 1) {
        if (link.write(paste)) continue
        waits += 1
        await link.drained()
      }
      await link.drained()
      await expect.poll(() => line.received().length, { timeout: 30_000 }).toBe(64 * paste.length)
      expect(waits).toBeGreaterThan(0)
      await link.close()
    })
  })

  it('takes a flood as fast as it comes, and all of it', async () => {
    const far = await sshd({ command: 'head -c 50000000 /dev/zero' })
    const { printed, closed, events } = await openSsh(attempt(far))
    expect(await closed).toMatchObject({
      code: 'program-ended',
      message: expect.stringContaining('status 0'),
    })
    expect(printed().length).toBe(50_000_000)
    expect(events).toEqual(['closed'])
  })

  it('prints what the far end says on its standard error, too', async () => {
    const far = await sshd({ config: ['PermitTTY no'], command: 'echo out; echo err >&2; cat' })
    const { link, printed } = await openSsh(attempt(far))
    await expect.poll(() => printed().toString()).toMatch(/out\n[\s\S]*err\n|err\n[\s\S]*out\n/)
    await link.close()
  })

  it('asks for a terminal of 80 by 24, and for nothing of its own environment', async () => {
    const far = await sshd({ command: 'stty size; env; echo done; cat', config: ['AcceptEnv *'] })
    const { link, printed } = await openSsh(attempt(far))
    await expect.poll(() => printed().toString()).toContain('done')
    expect(printed().toString()).toMatch(/^24 80\s/)
    expect(printed().toString()).not.toMatch(/SSH_AUTH_SOCK|npm_|VITEST|NODE/)
    await link.close()
  })

  it('runs the start command of the device', async () => {
    const far = await sshd({})
    const { link, printed } = await openSsh(
      attempt(far, { startCommand: 'echo started by $0 on a terminal; tty; cat' }),
    )
    await expect.poll(() => printed().toString()).toMatch(/started by [\s\S]*\/dev\/pts\//)
    await link.close()
  })

  it('has a raw terminal, which the start command can make an ordinary one', async () => {
    const far = await sshd({})
    const print = "printf 'one\\ntwo\\n'; cat"
    const raw = await openSsh(attempt(far, { startCommand: print }))
    await expect.poll(() => raw.printed().toString()).toBe('one\ntwo\n')
    const sane = await openSsh(attempt(far, { startCommand: `stty sane; ${print}` }))
    await expect.poll(() => sane.printed().toString()).toBe('one\r\ntwo\r\n')
    await Promise.all([raw.link.close(), sane.link.close()])
  })

  it('says that the program ended, and how', async () => {
    const far = await sshd({ command: 'exit 7' })
    const { closed, link } = await openSsh(attempt(far))
    expect(await closed).toMatchObject({
      code: 'program-ended',
      message: expect.stringContaining('status 7'),
    })
    await link.close()
  })

  it('says that the far end closed when its server is gone', async () => {
    const line = await device()
    const far = await sshd({ command: line.command })
    const { closed, link, events } = await join(far, line)
    // Stopped first: else a server that outlives its program by a moment reports how that ended.
    far.signalSessions('SIGSTOP')
    far.signalSessions('SIGKILL')
    expect(await closed).toMatchObject({ code: 'closed-by-far-end' })
    expect(events.filter((event) => event === 'closed')).toHaveLength(1)
    link.write(everyByte)
    await link.drained()
    await link.close()
  })

  it('finds out within 30 s that the far end hangs, though bytes are on their way to it', async () => {
    const line = await device()
    const far = await sshd({ command: line.command })
    const { closed, link } = await join(far, line)
    far.signalSessions('SIGSTOP')
    const stopped = performance.now()
    link.write(everyByte)
    expect(await closed).toMatchObject({ code: 'no-answer' })
    expect(performance.now() - stopped).toBeLessThan(30_000)
    await link.close()
  })

  it('closes without another event, and lets the far end go', async () => {
    const line = await device()
    const far = await sshd({ command: line.command })
    const { link, events } = await join(far, line)
    await link.close()
    await link.close()
    await far.waitForLog(/Received disconnect|Connection closed/)
    expect(events).not.toContain('closed')
  })

  it('sends a break request as RFC 4335 has it', async () => {
    const line = await device()
    const far = await sshd({ command: line.command })
    const { link } = await join(far, line)
    expect(link.breakSupported).toBe(true)
    await link.sendBreak()
    expect(far.log()).toMatch(/session_input_channel_req: session \d+ req break/)
    link.write(everyByte)
    await expect.poll(() => line.received().equals(everyByte), { timeout: 10_000 }).toBe(true)
    await link.close()
  })

  it('says that a break was not taken', async () => {
    const line = await device()
    const far = await startDropbear({ command: line.command })
    owned.push(far)
    const { link } = await join(far, line)
    await expect(link.sendBreak()).rejects.toMatchObject({ code: 'break-unsupported' })
    await link.close()
    await expect(link.sendBreak()).rejects.toMatchObject({ code: 'break-unsupported' })
  })

  it('says why nothing is there', async () => {
    const port = await freePort()
    expect(await refusal({ port })).toMatchObject({ code: 'refused' })
    expect(await refusal({ port, config: { host: 'nowhere.invalid' } })).toMatchObject({
      code: 'name-not-found',
    })
  })

  it('does not go where the gateway must not', async () => {
    const far = await sshd({})
    expect(await refusal({ ...attempt(far), allowLocalTargets: false })).toMatchObject({
      code: 'not-allowed',
    })
  })

  it('gives up when it is told to, whatever it waits for', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const abort = new AbortController()
    const refused = refusal({ port, signal: abort.signal })
    await new Promise((resolve) => silent.once('connection', resolve))
    abort.abort()
    expect(await refused).toMatchObject({ code: 'timeout' })
    const connections = await new Promise((resolve) => silent.getConnections((_, count) => resolve(count)))
    expect(connections).toBeLessThanOrEqual(1)
    silent.close()
    expect(await refusal({ port, signal: AbortSignal.abort() })).toMatchObject({ code: 'timeout' })
  })
})
