import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { sendFile } from '../../../server/operator/file.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { type DeskOptions, openShell, type ShellDesk, shells } from './shell-desk.ts'

const desks: ShellDesk[] = []
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close()
})

async function desk(argv: [string, ...string[]], prompt: RegExp, options?: DeskOptions): Promise<ShellDesk> {
  const opened = await openShell(argv, options)
  desks.push(opened)
  await opened.sees(prompt)
  return opened
}

const dash = (options?: DeskOptions): Promise<ShellDesk> => desk(['/bin/dash', '-i'], /\$ $/, options)

test.each(shells)(
  '%s takes a file of any bytes, and is as it was before',
  async (_, argv, prompt) => {
    const shell = await desk(argv, prompt)
    const content = Buffer.concat([everyByte, randomBytes(2000)])
    // Wherever the path is cut into pieces, one of them begins like an option.
    const path = join(shell.folder, `it's a file é${'-'.repeat(30)}.bin`)
    const outcome = await sendFile({ content, path, mode: '640', overwrite: false }, shell, () => undefined)
    expect(outcome).toMatchObject({ state: 'done', done: content.length })
    expect(await readFile(path)).toEqual(content)
    expect((await stat(path)).mode & 0o7777).toBe(0o640)
    expect(await unfinished(shell)).toEqual([])
    await isAlive(shell)
  },
  30_000,
)

test.each([
  ['BusyBox ash', '/bin/busybox'],
  ['bash', '/bin/bash'],
  ['mksh', '/bin/mksh'],
  ['zsh', '/bin/zsh'],
])(
  '%s as sh takes it as well',
  async (_, program) => {
    const shell = await dash()
    await symlink(program, join(shell.folder, 'sh'))
    await shell.typist.type(Buffer.from('PATH=$HOME:$PATH\r'))
    const path = join(shell.folder, 'file')
    const sent = sendFile({ content: everyByte, path, mode: '600', overwrite: false }, shell, () => undefined)
    expect(await sent).toMatchObject({ state: 'done' })
    expect(await readFile(path)).toEqual(everyByte)
    await isAlive(shell)
  },
  30_000,
)

test.each([['openssl'], ['busybox uudecode'], ['nothing']])(
  'with %s for base64',
  async (decoder) => {
    const shell = await dash()
    const bin = join(shell.folder, 'bin')
    await mkdir(bin)
    const tools = [
      'sh',
      'stty',
      'cksum',
      'mktemp',
      'rm',
      'ln',
      'mv',
      'chmod',
      ...(decoder === 'openssl' ? ['openssl'] : []),
    ]
    for (const tool of tools) await symlink(`/usr/bin/${tool}`, join(bin, tool))
    if (decoder === 'busybox uudecode') await symlink('/bin/busybox', join(bin, 'uudecode'))
    await shell.typist.type(Buffer.from('PATH=$HOME/bin\r'))
    const path = join(shell.folder, 'file')
    const content = Buffer.concat([everyByte, Buffer.from("100% of 'it' \\ \n"), Buffer.alloc(300, '-')])
    expect(
      await sendFile({ content, path, mode: '600', overwrite: false }, shell, () => undefined),
    ).toMatchObject({
      state: 'done',
      message: expect.stringContaining(decoder === 'openssl' ? 'SHA-256 compared' : 'proved by its CRC'),
    })
    expect(await readFile(path)).toEqual(content)
  },
  30_000,
)

test('over a line that loses every 500th byte, damaged pieces are typed again', async () => {
  let count = 0
  const shell = await dash({ line: (bytes) => bytes.filter(() => ++count % 500 !== 0) })
  const content = randomBytes(3000)
  const path = join(shell.folder, 'file')
  const outcome = await sendFile({ content, path, mode: '600', overwrite: false }, shell, () => undefined)
  expect(outcome).toMatchObject({
    state: 'done',
    message: expect.stringContaining('damaged pieces were typed again'),
  })
  expect(await readFile(path)).toEqual(content)
}, 90_000)

test('over a line of 300 bytes per second, while the kernel prints', async () => {
  const shell = await dash({
    bytesPerSecond: 300,
    noise: '\r\n[ 12.345678] usb 1-1: new high-speed USB device\r\n',
  })
  const path = join(shell.folder, 'file')
  const outcome = await sendFile(
    { content: everyByte, path, mode: '600', overwrite: false },
    shell,
    () => undefined,
  )
  expect(outcome).toMatchObject({ state: 'done' })
  expect(await readFile(path)).toEqual(everyByte)
}, 90_000)

test.each(shells.slice(0, 4))(
  'stopped in %s, it leaves nothing',
  async (_, argv, prompt) => {
    const shell = await desk(argv, prompt)
    const path = join(shell.folder, 'file')
    const content = randomBytes(20_000)
    const outcome = await sendFile({ content, path, mode: '600', overwrite: false }, shell, ({ done }) => {
      if (done > 2000) shell.stop(new Stopped('cancelled', 'Ann stopped it.'))
    })
    expect(outcome).toMatchObject({
      state: 'cancelled',
      message: 'Ann stopped it. Nothing of it was left on the device.',
    })
    expect(outcome.done).toBeGreaterThan(2000)
    expect(await readdir(shell.folder)).not.toContain('file')
    expect(await unfinished(shell)).toEqual([])
    await isAlive(shell)
  },
  30_000,
)

test('a line cut in the middle is told, with what may be left', async () => {
  let cut = false
  const shell = await dash({ line: (bytes) => (cut ? bytes.subarray(0, 0) : bytes) })
  const stop = (): void => {
    cut = true
    shell.stop(new Stopped('failed', 'The line to the device went down.'))
  }
  const content = randomBytes(20_000)
  const request = { content, path: join(shell.folder, 'file'), mode: '600', overwrite: false }
  const outcome = await sendFile(request, shell, ({ done }) => done > 2000 && stop())
  expect(outcome.message).toMatch(
    /^The line to the device went down\. The receiving shell may still wait .* remove \/.*\.lifeline\.\w+ if it is there\.$/,
  )
}, 30_000)

test('a file that is there is replaced only when asked', async () => {
  const shell = await dash()
  const path = join(shell.folder, 'file')
  await writeFile(path, 'old')
  const send = (overwrite: boolean) =>
    sendFile({ content: Buffer.from('new'), path, mode: '600', overwrite }, shell, () => undefined)
  expect(await send(false)).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('exists on the device'),
  })
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await send(true)).toMatchObject({ state: 'done' })
  expect(await readFile(path, 'utf8')).toBe('new')
}, 30_000)

test.each([
  ['/nowhere/at/all/file', 'There is no folder /nowhere/at/all'],
  ['/tmp', '/tmp is a folder'],
  ['/proc/file', 'No file can be made there'],
  ['/dev/full/file', 'There is no folder /dev/full'],
])(
  '%s is refused before anything is sent',
  async (path, why) => {
    const shell = await dash()
    const outcome = await sendFile(
      { content: everyByte, path, mode: '600', overwrite: false },
      shell,
      () => undefined,
    )
    expect(outcome).toMatchObject({ state: 'failed', done: 0, message: expect.stringContaining(why) })
    await isAlive(shell)
  },
  30_000,
)

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

async function unfinished(shell: ShellDesk): Promise<string[]> {
  return (await readdir(shell.folder)).filter((name) => name.startsWith('.lifeline'))
}

/** It takes commands, and shows what is typed. */
async function isAlive(shell: ShellDesk): Promise<void> {
  await shell.cleaner.type(Buffer.from("echo still''here\r"))
  await shell.sees(/still''here[\s\S]*stillhere/)
}
