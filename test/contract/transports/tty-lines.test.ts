import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { ttyTransport } from '../../../server/console/transports/tty.ts'
import { ttyTransport as ttyConfig } from '../../../server/contract/transports.ts'
import { type DeviceSocket, startDeviceSocket } from '../../lab/device-socket.ts'
import { requireProgram, startProcess } from '../../lab/process.ts'
import { open, refusal, type Target } from './opened.ts'
import { startPtyPair } from './pty-pair.ts'

const owned: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of owned.splice(0).reverse()) await one.close()
})
const own = async <T extends { close(): Promise<void> }>(making: Promise<T>): Promise<T> => {
  const one = await making
  owned.push(one)
  return one
}

async function startPort(): Promise<{ path: string; device: DeviceSocket }> {
  const device = await own(startDeviceSocket())
  const { path } = await own(startPtyPair(device.path))
  await device.joined()
  return { path, device }
}

const portAt = (path: string, settings: object = {}): Target<'tty'> => ({
  transport: ttyTransport,
  config: ttyConfig.parse({ kind: 'tty', path, ...settings }),
})

/** What the kernel says of a terminal's settings. */
const settingsOf = (path: string): string[] =>
  spawnSync('stty', ['-F', path, '-a'], { encoding: 'utf8' }).stdout.split(/[\s;]+/)

describe('the settings of a serial port', () => {
  it.each([
    [{}, ['115200', 'cs8', '-parenb', '-cstopb', '-crtscts', '-ixon', '-ixoff']],
    [{ baud: 300, dataBits: 7, parity: 'even', stopBits: 2 }, ['300', 'cs7', 'parenb', '-parodd', 'cstopb']],
    [{ baud: 921600, dataBits: 5, parity: 'odd' }, ['921600', 'cs5', 'parenb', 'parodd', '-cstopb']],
    [{ flowControl: 'rts-cts' }, ['crtscts', '-ixon', '-ixoff']],
    [{ flowControl: 'xon-xoff' }, ['-crtscts', 'ixon', 'ixoff']],
  ])('are what was asked: %j', async (settings, expected) => {
    const { path } = await startPort()
    await own(open(portAt(path, settings)))
    const actual = settingsOf(path)
    // A pty keeps 8 bits without parity whatever it is told (pty_set_termios in Linux).
    const kept = expected.filter((flag) => !/^(cs\d|parenb)$/.test(flag))
    expect(actual).toEqual(expect.arrayContaining(kept))
  })

  it('change no byte, and hang up when the port is closed', async () => {
    const { path } = await startPort()
    await own(open(portAt(path)))
    expect(settingsOf(path)).toEqual(
      expect.arrayContaining([
        'hupcl',
        '-icrnl',
        '-inlcr',
        '-istrip',
        '-opost',
        '-icanon',
        '-isig',
        '-echo',
        '-iexten',
      ]),
    )
  })
})

describe('a serial port in use', () => {
  it('by another program is busy', async () => {
    const { path } = await startPort()
    const other = await own(
      startProcess({
        command: 'flock',
        args: ['--no-fork', path, 'sh', '-c', 'echo locked; exec sleep 1000'],
      }),
    )
    await other.waitFor(/locked/)
    expect(await refusal(portAt(path))).toMatchObject({ code: 'busy' })
  })

  it('is locked for other programs, until it is closed', async () => {
    const { path } = await startPort()
    const opened = await own(open(portAt(path)))
    const locks = () => spawnSync(requireProgram('flock'), ['--nonblock', path, 'true']).status
    expect(locks()).toBe(1)
    await opened.close()
    expect(locks()).toBe(0)
  })

  it('keeps its settings when another device asks for it under another name', async () => {
    const { path } = await startPort()
    await own(open(portAt(path, { baud: 9600 })))
    const target = portAt(`${path}/../tty`.replace('/tty/../', '/./'), { baud: 300, parity: 'odd' })
    expect(await refusal(target)).toMatchObject({ code: 'busy' })
    expect(settingsOf(path)).toEqual(expect.arrayContaining(['9600', '-parodd']))
  })
})
