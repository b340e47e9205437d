import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createSolMarks } from '../../../server/console/sol/marks.ts'
import { createIpmiSolTransport } from '../../../server/console/transports/ipmi-sol.ts'
import { type Bmc, startBmc } from '../../lab/bmc.ts'
import { type DeviceSocket, startDeviceSocket } from '../../lab/device-socket.ts'
import { solGateway, solTarget } from './open-sol.ts'
import { type Opened, open, refusal, type Target } from './opened.ts'

const patient = { timeout: 60_000, interval: 10 }

describe('a SOL session', () => {
  const folders: string[] = []
  const owned: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of owned.splice(0).reverse()) await one.close()
  })
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-sol-'))
    folders.push(folder)
    return folder
  }
  const startFarEnd = async (): Promise<{ bmc: Bmc; device: DeviceSocket }> => {
    const device = await startDeviceSocket({ tcp: true, echo: true })
    owned.push(device)
    const bmc = await startBmc({ solPort: device.port })
    owned.push(bmc)
    await device.joined()
    return { bmc, device }
  }
  const openOwned = async (target: Target<'ipmi-sol'>): Promise<Opened> => {
    const opened = await open(target)
    owned.push(opened)
    return opened
  }
  const works = async (opened: Opened) => {
    const before = opened.printedBytes()
    await expect
      .poll(() => {
        opened.link.write(Buffer.from('\r'))
        return opened.printedBytes()
      }, patient)
      .toBeGreaterThan(before)
  }

  it('that a killed gateway left behind is ended as the policy says', async () => {
    const { bmc } = await startFarEnd()
    const [ours, others] = [await newFolder(), await newFolder()]
    const first = await openOwned(solTarget(solGateway(ours), bmc))
    await expect.poll(() => readdir(ours), patient).toHaveLength(1)
    for (const pid of ipmitools(bmc.port)) process.kill(-pid, 'SIGKILL')
    expect((await first.closed).code).toBe('program-ended')

    const never = solTarget(solGateway(ours), bmc, { staleSession: 'never' })
    expect(await refusal(never)).toMatchObject({ code: 'busy', message: expect.stringMatching(/minute/) })
    const stranger = solTarget(solGateway(others), bmc)
    expect(await refusal(stranger)).toMatchObject({
      code: 'busy',
      message: expect.stringMatching(/left behind/),
    })

    const again = await openOwned(solTarget(solGateway(ours), bmc))
    await works(again)
    await again.close()
    expect(await readdir(ours)).toEqual([])
    const next = await openOwned(solTarget(solGateway(others), bmc, { staleSession: 'never' }))
    await works(next)
  })

  it('of another gateway that lives is ended by force only, and that gateway is told as soon as it types', async () => {
    const { bmc } = await startFarEnd()
    const theirs = await newFolder()
    const robbed = await openOwned(solTarget(solGateway(theirs), bmc))
    await expect.poll(() => readdir(theirs), patient).toHaveLength(1)
    const mine = solGateway(await newFolder())
    expect(await refusal(solTarget(mine, bmc))).toMatchObject({ code: 'busy' })
    const taken = await openOwned(solTarget(mine, bmc, { staleSession: 'force' }))
    await works(taken)
    robbed.link.write(Buffer.from('\r'))
    expect(await robbed.closed).toMatchObject({ code: 'closed-by-far-end' })
    await works(taken)
  })

  it('that somebody ended without a word is missed when the console was silent for a while', async () => {
    const { bmc } = await startFarEnd()
    const marks = createSolMarks(await newFolder())
    const robbed = await openOwned(solTarget(createIpmiSolTransport({ marks, askEveryMs: 200 }), bmc))
    const thief = await openOwned(solTarget(solGateway(await newFolder()), bmc, { staleSession: 'force' }))
    expect(await robbed.closed).toMatchObject({
      code: 'closed-by-far-end',
      message: expect.stringMatching(/took the console/),
    })
    await works(thief)
    expect(robbed.events).toEqual(['closed'])
  })

  it('that is silent goes on, however often the BMC is asked', async () => {
    const { bmc, device } = await startFarEnd()
    const marks = createSolMarks(await newFolder())
    const seen = new Set<number>()
    const opened = await openOwned(solTarget(createIpmiSolTransport({ marks, askEveryMs: 50 }), bmc))
    await expect
      .poll(() => {
        for (const pid of ipmitools(bmc.port)) seen.add(pid)
        return seen.size
      }, patient)
      .toBeGreaterThan(4)
    device.print(Buffer.from('still here'))
    await expect.poll(() => opened.printed().toString(), patient).toBe('still here')
    expect(opened.events).toEqual([])
  })

  it('that this gateway holds is not ended for another of its devices', async () => {
    const { bmc } = await startFarEnd()
    const gateway = solGateway(await newFolder())
    const first = await openOwned(solTarget(gateway, bmc))
    expect(await refusal(solTarget(gateway, bmc, { staleSession: 'force' }))).toMatchObject({
      code: 'busy',
      message: expect.stringMatching(/already holds/),
    })
    await works(first)
  })

  it('begins without the password in any command line, and with no more in its environment than it needs', async () => {
    const { bmc } = await startFarEnd()
    process.env.LIFELINE_SOL_TEST = 'nobody may see this'
    const seen = new Set<string>()
    let looking = true
    const look = async () => {
      while (looking) {
        for (const pid of ipmitools(bmc.port)) seen.add(cmdline(pid))
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const watching = look()
    const opened = await openOwned(solTarget(solGateway(await newFolder()), bmc))
    await works(opened)
    const [pid = 0] = ipmitools(bmc.port)
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    await opened.close()
    looking = false
    await watching
    delete process.env.LIFELINE_SOL_TEST
    expect(seen.size).toBeGreaterThan(0)
    expect([...seen].join('\n')).not.toContain(bmc.password)
    expect(environment).toContain(bmc.password)
    expect(
      environment
        .split('\0')
        .map((line) => line.split('=')[0])
        .filter(Boolean)
        .toSorted(),
    ).toEqual(
      ['HOME', 'IPMI_PASSWORD', 'LANG', 'PATH', 'PWD', 'TERM'].filter((name) =>
        environment.includes(`${name}=`),
      ),
    )
    expect(opened.logged()).not.toContain(bmc.password)
  })

  it('does not begin where it cannot, and says why', async () => {
    const { bmc } = await startFarEnd()
    const gateway = solGateway(await newFolder())
    const marks = createSolMarks(await newFolder())
    const cases: [Target<'ipmi-sol'>, string, RegExp][] = [
      [solTarget(gateway, { ...bmc, password: 'wrong' }), 'wrong-credentials', /user name or the password/],
      [solTarget(gateway, { ...bmc, user: 'nobody' }), 'wrong-credentials', /user name or the password/],
      [solTarget(gateway, { ...bmc, password: 'x'.repeat(21) }), 'wrong-credentials', /20 bytes/],
      [solTarget(gateway, { ...bmc, user: 'x'.repeat(17) }), 'wrong-credentials', /16 bytes/],
      [{ ...solTarget(gateway, bmc), secrets: {} }, 'credentials-missing', /password/],
      [solTarget(gateway, bmc, { cipherSuite: 17 }), 'no-common-algorithm', /cipher suite/],
      [
        solTarget(createIpmiSolTransport({ marks, program: 'no-such-ipmitool' }), bmc),
        'program-missing',
        /package ipmitool/,
      ],
    ]
    for (const [target, code, message] of cases) {
      const cause = await refusal(target)
      expect(cause).toMatchObject({ code, message: expect.stringMatching(message) })
    }
    await works(await openOwned(solTarget(gateway, bmc)))
  })

  it('whose BMC dies is found dead within 30 s', async () => {
    const { bmc, device } = await startFarEnd()
    const opened = await openOwned(solTarget(solGateway(await newFolder()), bmc))
    device.print(Buffer.from('alive'))
    await expect.poll(() => opened.printed().toString(), patient).toBe('alive')
    await bmc.close()
    const began = performance.now()
    expect(await opened.closed).toMatchObject({ code: 'no-answer' })
    expect(performance.now() - began).toBeLessThan(30_000)
  })

  it('sends a BREAK with the next byte, or with NUL when none is typed, and shows nothing of it', async () => {
    const { bmc, device } = await startFarEnd()
    const opened = await openOwned(solTarget(solGateway(await newFolder()), bmc))
    const typed = () => device.received().toString('latin1')
    await opened.link.sendBreak()
    opened.link.write(Buffer.from('t'))
    await expect.poll(typed, patient).toBe('\xff\xf3t')
    await expect(opened.link.sendBreak()).rejects.toMatchObject({ code: 'break-unsupported' })
    opened.link.write(Buffer.from('\r'))
    await expect.poll(typed, patient).toBe('\xff\xf3t\r')
    await opened.link.sendBreak()
    await expect.poll(typed, patient).toBe('\xff\xf3t\r\xff\xf3\0')
    await expect.poll(() => opened.printed().toString('latin1'), patient).toBe(typed())
  })
})

/** The running ipmitools that talk to this BMC. */
function ipmitools(port: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => /^(?:\S*\/)?ipmitool\0/.test(cmdline(pid)) && cmdline(pid).includes(`\0${port}\0`))
}

function cmdline(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}
