import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'vitest'
import type { PushKey } from '../../../server/inject/plan.ts'
import { type ConsoleDesk, deskAtLogin } from './console-desk.ts'
import { fileOf, linesOf, password, push, resultsOf, threeKeys } from './console-push.ts'

const old = '# ours\nssh-ed25519 AAAA no line end'
/** The line that starts the quiet shell has been typed by then. Before, the login shell waits for whoever comes next. */
const begun = 250
/** Each death is followed by half a minute until the quiet shell ends by itself: many devices wait side by side. */
const deathsOfOne = 2
/** More at once than the machine has cores only take each other's time. */
const atOnce = 12

/** What came of a link that died. */
export interface Death {
  /** After so many bytes typed. */
  at: number
  /** How the push ended, and what it says it left. */
  told: string
  /** What the file holds then: `old` or `new`, or all of it; and what else stands beside it. */
  file: string
}

/**
 * Pushes over links that die at every so many bytes of what is typed, and over the same links afterwards: each push comes further than
 * where the one before it died, and the last of each device comes to its end.
 */
export async function dieAtEvery(
  bytes: number,
  context: Pick<TestContext, 'onTestFinished'>,
): Promise<{ points: number[]; deaths: Death[]; last: string[][] }> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-push-'))
  context.onTestFinished(() => rm(folder, { recursive: true }))
  const keys = await threeKeys(folder)
  const whole = await open(context)
  await push(whole, keys)
  const count = Math.floor((whole.typed().length - begun) / bytes)
  const points = Array.from({ length: count }, (_, at) => begun + at * bytes)
  const devices = Math.ceil(points.length / deathsOfOne)
  const turn = turns(atOnce)
  const deaths: Death[] = []
  const device = async (first: number): Promise<string[]> => {
    const desk = await turn(() => open(context))
    for (const at of points.filter((_, index) => index % devices === first)) {
      const told = await turn(() => die(desk, keys, at))
      await loginPrompt(desk)
      deaths.push({ at, told, file: await standsIn(desk, keys) })
      desk.mend()
    }
    return resultsOf(await turn(() => push(desk, keys)))
  }
  const last = await Promise.all(Array.from({ length: devices }, (_, first) => device(first)))
  return { points, deaths, last }
}

async function open(context: Pick<TestContext, 'onTestFinished'>): Promise<ConsoleDesk> {
  const desk = await deskAtLogin(context, { password })
  await mkdir(dirname(fileOf(desk)), { mode: 0o700 })
  await writeFile(fileOf(desk), old, { mode: 0o600 })
  return desk
}

async function die(desk: ConsoleDesk, keys: PushKey[], at: number): Promise<string> {
  const dead = desk.cut(at, 'typed')
  const outcome = push(desk, keys)
  await dead
  desk.down()
  const { state, left } = await outcome
  return `${state} ${left}`
}

async function standsIn(desk: ConsoleDesk, keys: PushKey[]): Promise<string> {
  const others = (await readdir(dirname(fileOf(desk)))).filter((name) => name !== 'authorized_keys')
  const text = await readFile(fileOf(desk), 'utf8')
  const known: Record<string, string> = { [old]: 'old', [`${old}\n${linesOf(keys)}`]: 'new' }
  return [known[text] ?? text, ...others].join(' ')
}

/** Printed by the device, whether or not it reaches us. */
function loginPrompt({ machine }: ConsoleDesk): Promise<void> {
  return new Promise((resolve) => {
    let printed = ''
    const unlisten = machine.listen((bytes) => {
      printed = (printed + Buffer.from(bytes).toString('latin1')).slice(-100)
      if (!/login: $/.test(printed)) return
      unlisten()
      resolve()
    })
  })
}

/** Lets so many work at the same time. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
