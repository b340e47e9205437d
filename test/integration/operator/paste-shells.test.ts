import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { paste } from '../../../server/operator/paste.ts'
import { openShell, type ShellDesk, shells } from './shell-desk.ts'

const desks: ShellDesk[] = []
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close()
})

test.each(shells)(
  '%s runs each pasted line as it was written',
  async (_, argv, prompt) => {
    const shell = await openShell(argv)
    desks.push(shell)
    await shell.sees(prompt)
    const long = 'x'.repeat(120)
    const text = `echo one >> out\necho "two and more" >> out\n\necho ${long} >> out\nsleep 0.2\necho last >> out\n`
    const outcome = await paste({ text, bracketed: false }, shell.typist, () => undefined)
    expect(outcome).toMatchObject({ state: 'done', verified: true, message: 'All 6 lines arrived.' })
    await shell.typist.type(Buffer.from("echo fin''ished\r"))
    await shell.sees(/finished/)
    expect(await readFile(join(shell.folder, 'out'), 'utf8')).toBe(`one\ntwo and more\n${long}\nlast\n`)
  },
  60_000,
)

test('bash takes a bracketed paste as one', async () => {
  const shell = await openShell(['/bin/bash', '--norc', '-i'])
  desks.push(shell)
  await shell.sees('\x1b[?2004h')
  const text = 'for i in 1 2\ndo echo $i >> out\ndone\n'
  const outcome = await paste({ text, bracketed: true }, shell.typist, () => undefined)
  expect(outcome).toMatchObject({ state: 'done', verified: true })
  await shell.typist.type(Buffer.from("echo fin''ished\r"))
  await shell.sees(/finished/)
  expect(await readFile(join(shell.folder, 'out'), 'utf8')).toBe('1\n2\n')
}, 60_000)
