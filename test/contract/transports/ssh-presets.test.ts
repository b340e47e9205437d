import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TransportOf } from '../../../server/contract/transports.ts'
import { accountsCanBeMade, type LabAccount, labAccount } from '../../lab/account.ts'
import { type BmcShellOptions, makeBmcShell } from '../../lab/bmc-shell.ts'
import { type DeviceSocket, startDeviceSocket } from '../../lab/device-socket.ts'
import { startDropbear } from '../../lab/dropbear.ts'
import { type SshServer, startSshd } from '../../lab/sshd.ts'
import { openSsh, refusal, type SshAttempt } from './open-ssh.ts'

type Preset = TransportOf<'ssh'>['preset']
type Bmc = Omit<BmcShellOptions, 'commands'> & {
  preset: Preset
  commands: (joins: string) => BmcShellOptions['commands']
}

/** As people have written down what these BMCs say. */
const bmcs: Bmc[] = [
  {
    preset: 'idrac',
    greeting: '',
    prompt: 'racadm>>',
    commands: (joins) => [
      { line: 'console com2', says: 'Connected to Serial Device 2. To end type: ^\\\r\n', joins },
    ],
  },
  {
    preset: 'ilo',
    greeting: 'User:admin logged-in to ILO(10.0.0.9)\r\niLO 5 Standard 2.72\r\nServer Power: On\r\n\r\n',
    prompt: '</>hpiLO-> ',
    commands: (joins) => [
      {
        line: 'vsp',
        says: "\r\nVirtual Serial Port Active: COM2\r\n\r\nStarting virtual serial port.\r\nPress 'ESC (' to return to the CLI Session.\r\n\r\n",
        joins,
      },
    ],
  },
  {
    preset: 'xcc',
    greeting: '',
    prompt: 'system> ',
    commands: (joins) => [{ line: 'console 1', says: '', joins }],
  },
  {
    preset: 'supermicro',
    greeting: 'Insyde SMASH-CLP System Management Shell\r\nAll Rights Reserved\r\n\r\n\r\n',
    prompt: '-> ',
    commands: (joins) => [
      { line: 'cd system1/sol1', says: '/system1/sol1\r\n\r\n' },
      {
        line: 'start',
        says: '/system1/sol1\r\n\r\npress <Enter>, <Esc>, and then <T> to terminate session\r\n(press the keys in sequence, one after the other)\r\n',
        joins,
      },
    ],
  },
]

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

describe.skipIf(!accountsCanBeMade())('the preset (needs root, for a real account)', () => {
  let account: LabAccount
  let line: DeviceSocket
  const owned: { close: () => Promise<void> }[] = []

  beforeAll(async () => {
    account = await labAccount()
    line = await startDeviceSocket()
    owned.push(line)
  })

  afterAll(() => Promise.all(owned.map((one) => one.close())))

  const start = async (shell: BmcShellOptions): Promise<SshServer> => {
    const bmc = await makeBmcShell(shell)
    owned.push(bmc)
    const far = await startSshd({ command: bmc.command })
    owned.push(far)
    return far
  }

  const attempt = (far: SshServer, preset: Preset, config: SshAttempt['config'] = {}): SshAttempt => ({
    port: far.port,
    secrets: { password: account.password },
    config: { preset, hostKey: far.fingerprints.ed25519 ?? '', ...config },
  })

  describe.each(bmcs)('$preset', ({ preset, greeting, prompt, commands }) => {
    it('types its way to the console, where every byte passes', async () => {
      const far = await start({ greeting, prompt, commands: commands(line.command) })
      const { link, printed } = await openSsh(attempt(far, preset))
      await line.joined()
      expect(printed().toString()).toContain(prompt)
      const typed = line.received().length
      link.write(everyByte)
      await expect
        .poll(() => line.received().subarray(typed).equals(everyByte), { timeout: 10_000 })
        .toBe(true)
      line.print(everyByte)
      await expect.poll(() => printed().subarray(-256).equals(everyByte), { timeout: 10_000 }).toBe(true)
      expect(link.breakSupported).toBe(false)
      await expect(link.sendBreak()).rejects.toMatchObject({
        code: 'break-unsupported',
        message: expect.stringContaining('ipmi-sol'),
      })
      await link.close()
    })

    it('says that somebody else has the console', async () => {
      const taken = commands('').map(({ line }) => ({
        line,
        says: 'Serial console is in use by another session.\r\n',
      }))
      const far = await start({ greeting, prompt, commands: taken })
      expect(await refusal(attempt(far, preset))).toMatchObject({ code: 'busy' })
    })

    it('says that the BMC does not know the command', async () => {
      const far = await start({ greeting, prompt, commands: [] })
      const cause = await refusal(attempt(far, preset))
      expect(cause).toMatchObject({ code: 'other', message: expect.stringContaining('command line') })
    })
  })

  it('openbmc is the console at once', async () => {
    const far = await startDropbear({ command: `stty raw -echo; ${line.command}` })
    owned.push(far)
    const { link, printed } = await openSsh(attempt(far, 'openbmc'))
    await line.joined()
    line.print(everyByte)
    await expect.poll(() => printed().equals(everyByte), { timeout: 10_000 }).toBe(true)
    await link.close()
  })

  it("takes the device's own command", async () => {
    const own = { line: 'console start', says: 'ok\r\n', joins: line.command }
    const far = await start({ greeting: '', prompt: 'system> ', commands: [own] })
    const { link } = await openSsh(attempt(far, 'xcc', { startCommand: 'console start' }))
    await line.joined()
    await link.close()
  })

  it('gives up at a BMC that shows no prompt when it is told to', async () => {
    const far = await start({ greeting: '', prompt: 'Loading...', commands: [] })
    const abort = new AbortController()
    const refused = refusal({ ...attempt(far, 'ilo'), signal: abort.signal })
    await far.waitForLog(/Starting session/)
    abort.abort()
    expect(await refused).toMatchObject({ code: 'timeout' })
    await far.waitForLog(
      /Connection (?:closed|reset)|Disconnected|Received disconnect|Broken pipe|Close session/,
    )
  })

  it('says that the BMC closed instead', async () => {
    const far = await startSshd({ command: 'printf "Maintenance.\\r\\n"' })
    owned.push(far)
    expect(await refusal(attempt(far, 'ilo'))).toMatchObject({ code: 'closed-by-far-end' })
  })
})
