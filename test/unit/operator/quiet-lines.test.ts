import { expect, test } from 'vitest'
import { Programs } from '../../../server/operator/program.ts'
import { QuietShell } from '../../../server/operator/quiet-shell.ts'
import { TestDesk } from './far-end.ts'
import { FarHost } from './far-host.ts'

const bytesPerSecond = 960
const answerMs = 60
const text = 'echo "$x" | sed s/a/b/;\n'.repeat(100)

/** A shell at 9600 baud that takes its time to answer, and the far end's view of how much was typed while it worked. */
function slowShell(lost: (typed: number) => boolean = () => false) {
  const host = new FarHost({ user: 'root', password: '', at: 'shell', run: () => 'done', now: () => 0 })
  let free = 0
  let waiting = 0
  let mostWaiting = 0
  const desk: TestDesk = new TestDesk((byte) => {
    if (lost(desk.typed.length)) return ''
    const printed = host.farEnd(byte)
    if (host.at !== 'quiet' || byte !== 13) return printed
    waiting += 1
    mostWaiting = Math.max(mostWaiting, waiting)
    free = Math.max(free, desk.clock.monotonic()) + answerMs
    desk.clock.after(free - desk.clock.monotonic(), () => {
      waiting -= 1
      desk.print(printed)
    })
    return ''
  }, bytesPerSecond)
  return { host, desk, mostWaiting: () => mostWaiting }
}

async function runProgram({ desk }: ReturnType<typeof slowShell>) {
  const begun = desk.clock.monotonic()
  const shell = await QuietShell.start(desk.typist)
  const { output } = await new Programs(shell, desk.typist).run({ text, workMs: 0 })
  shell.release()
  return { output: output.toString(), retyped: shell.retyped, took: desk.clock.monotonic() - begun }
}

test('a line is typed while the one before is at work, so that the line never rests', async () => {
  const rig = slowShell()
  const { output, took } = await rig.desk.run(runProgram(rig))
  expect(output).toBe('done')
  const typing = (rig.desk.typed.length * 1000) / bytesPerSecond
  // Only what starts the shell and what runs the program is waited for.
  expect(took).toBeLessThan(typing + 8 * answerMs)
  expect(rig.mostWaiting()).toBeLessThanOrEqual(2)
})

test('what was typed behind a damaged line is not run, and both are typed again', async () => {
  const rig = slowShell((typed) => typed === 1500)
  const { output, retyped } = await rig.desk.run(runProgram(rig))
  expect([output, retyped]).toEqual(['done', 1])
  expect(rig.host.ran).toEqual([text.trimEnd()])
  const pieces = rig.host.entered.map(({ line }) => line).filter((line) => / :/.test(line))
  expect(pieces.length - new Set(pieces).size).toBe(1)
})

test('a shell that nothing was asked of ends at the first time of asking', async () => {
  const rig = slowShell()
  const begunAndEnded = async () => {
    const shell = await QuietShell.start(rig.desk.typist)
    const ended = await shell.end()
    shell.release()
    return ended
  }
  expect(await rig.desk.run(begunAndEnded())).toBe(true)
  const entered = rig.host.entered.map(({ line }) => line)
  expect(entered.filter((line) => line.endsWith(' _z'))).toHaveLength(1)
})
