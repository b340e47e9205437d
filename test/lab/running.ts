import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabMachine } from './machine.ts'
import { labFolder } from './paths.ts'
import { pollPause } from './ports.ts'

/** The machine that `scripts/lab up` left running, as the process that holds it wrote it down. */
export interface Running extends Omit<LabMachine, 'close' | 'read'> {
  pid: number
}

export const keeper = join(import.meta.dirname, 'keeper.ts')
export const logFile = () => join(runFolder(), 'lab.log')
const runFolder = () => join(labFolder(), 'run')
const recordFile = () => join(runFolder(), 'lab.json')

export async function writeRunning(running: Running): Promise<void> {
  await mkdir(runFolder(), { recursive: true })
  // It holds the BMC's password, which opens nothing but this machine's own lab; renamed, so that nobody reads half of it.
  await writeFile(`${recordFile()}.new`, JSON.stringify(running, null, 2), { mode: 0o600 })
  await rename(`${recordFile()}.new`, recordFile())
}

export async function forgetRunning(): Promise<void> {
  await rm(recordFile(), { force: true })
}

/** Undefined when nothing runs, also when what ran was killed and could not say goodbye. */
export async function readRunning(): Promise<Running | undefined> {
  const text = await readFile(recordFile(), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const running: Running = JSON.parse(text)
  return (await isKeeper(running.pid)) ? running : undefined
}

/** Ends the machine and resolves when all of it is gone. */
export async function stopRunning(running: Running): Promise<void> {
  process.kill(running.pid, 'SIGTERM')
  while (await isKeeper(running.pid)) await pollPause()
}

/** A process number may have gone to another program since it was written down. */
async function isKeeper(pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.split('\0').includes(keeper)
}
