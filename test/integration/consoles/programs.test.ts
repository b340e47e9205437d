import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HeldConsole } from '../../../server/console/console.ts'
import { specOf } from '../../fakes/scripted-device.ts'
import { Page, size } from '../../unit/console/screen/reference.ts'
import { attach, TestConsoles, type TestPerson } from './held.ts'

let consoles: TestConsoles
let folder: string
beforeEach(async () => {
  consoles = await TestConsoles.start({}, 'real')
  folder = await mkdtemp(join(tmpdir(), 'lifeline-programs-'))
  await writeFile(join(folder, 'lines'), Array.from({ length: 200 }, (_, n) => `line ${n + 1}\n`).join(''))
  // Starting the thread takes longer than a program waits for an answer where many tests run at once.
  const console = await open('cat')
  await expect.poll(() => console.screen(), { timeout: 30_000 }).toBeDefined()
})
afterEach(async () => {
  await consoles.close()
  await rm(folder, { recursive: true, force: true })
})

let count = 0
/** A console whose far end is a program in a terminal of its own, as after a login on a serial line. */
async function open(script: string): Promise<HeldConsole> {
  const env = `TERM=xterm-256color HOME=${folder} LANG=C.UTF-8 LESS= TMUX_TMPDIR=${folder}`
  const setup = `stty sane rows ${size.rows} cols ${size.cols}; export ${env}; cd ${folder}`
  count += 1
  const spec = specOf(`program-${count}`, {
    transport: { kind: 'command', argv: ['/bin/bash', '-c', `${setup}; ${script}`] },
    settings: { ...specOf('x').settings, size },
    allowLocalTargets: true,
  })
  const console = consoles.consoles.hold(spec)
  await console.opened()
  return console
}

const shows = (console: HeldConsole, text: string): Promise<void> =>
  expect.poll(async () => (await console.screen())?.rows.join('\n'), { timeout: 20_000 }).toContain(text)

/** What a page shows that began with what this person was told at first. */
async function pageOf(person: TestPerson, bytes: number): Promise<Page> {
  const page = new Page()
  await page.write(person.of('attached')[0]?.screen ?? '')
  await page.write(Buffer.concat(person.chunks).subarray(0, bytes))
  return page
}

/** Both have everything up to the same byte: their pages show the same. */
async function seeTheSame(there: TestPerson, newcomer: TestPerson): Promise<void> {
  await expect.poll(() => there.offset - newcomer.offset).toBe(0)
  const began = (person: TestPerson): number => person.of('attached')[0]?.offset ?? 0
  const upTo = there.offset
  const [old, fresh] = [
    await pageOf(there, upTo - began(there)),
    await pageOf(newcomer, upTo - began(newcomer)),
  ]
  expect(fresh.state()).toEqual(old.state())
}

const written = (name: string): Promise<string> => readFile(join(folder, name), 'utf8').catch(() => '')

const programs: {
  name: string
  run: string
  /** What stands there with nobody attached, what is typed then, and what stands there after it. */
  shows: string
  type: string
  after: string
  /** What is typed to end it, each at the question `word:` but the first, and what is then in the file `out`. */
  end: string[]
  out: string
}[] = [
  {
    name: 'vim',
    run: 'vim.tiny -n -i NONE lines; sed -n "1p;100p;$=" lines > out',
    shows: 'line 3',
    type: '100Gihello \x1b',
    after: 'hello line 100',
    end: [':1s/$/ more/|wq\r'],
    out: 'line 1 more\nhello line 100\n200\n',
  },
  {
    name: 'less',
    run: 'less lines; read -p word: word; echo "$word" > out',
    shows: 'line 3',
    type: '100g/line 15\r',
    after: 'line 150',
    end: ['q', 'done\r'],
    out: 'done\n',
  },
  {
    name: 'tmux',
    run: `tmux -f /dev/null -L lifeline new "bash --norc --noprofile -c 'read -p word: word; echo \\$word > out; read'"; :`,
    shows: 'word:',
    type: 'typed\r',
    after: 'typed',
    end: ['\r'],
    out: 'typed\n',
  },
  {
    name: 'top',
    run: 'top -d 3600; read -p word: word; echo "$word" > out',
    shows: 'PID',
    type: 'z',
    after: 'PID',
    end: ['q', 'done\r'],
    out: 'done\n',
  },
  {
    name: 'dialog',
    run: 'dialog --inputbox "Which disk?" 8 30 2> out',
    shows: 'Which disk?',
    type: 'sda',
    after: 'sda',
    end: ['\r'],
    out: 'sda',
  },
]

test.each(programs)(
  '$name, started unwatched, is true to newcomers and gets what is typed alone',
  async (program) => {
    const console = await open(`${program.run}; echo over; cat`)
    await shows(console, program.shows)
    const ann = await attach('ann', console, { screen: true })
    const bob = await attach('bob', console, { from: 0 })
    await seeTheSame(bob, ann)
    ann.type(program.type)
    await shows(console, program.after)
    const eve = await attach('eve', console, { screen: true })
    await seeTheSame(bob, ann)
    await seeTheSame(bob, eve)
    for (const [index, text] of program.end.entries()) {
      if (index > 0) await shows(console, 'word:')
      ann.type(text)
    }
    await shows(console, 'over')
    await seeTheSame(bob, await attach('joe', console, { screen: true }))
    await seeTheSame(bob, eve)
    expect(await written('out')).toBe(program.out)
  },
)

/** What systemd 256 and later ask a console at boot, one after the other, and what this terminal has to say to it. */
const probes: [asked: string, last: string, answer: string][] = [
  ['\\e[c', 'c', '\\e[?1;2'],
  ['\\e[18t', 't', '\\e[8;12;40'],
  ['\\e[6n', 'R', '\\e[2;1'],
  ['\\e[32766;32766H\\e[6n', 'R', '\\e[12;40'],
  ['\\eP+q544e\\e\\\\', '\\', '\\eP1+r544e=787465726D2D323536636F6C6F72\\e'],
  ['\\e]11;?\\a', '\\', '\\e]11;rgb:0b0b/0e0e/1313\\e'],
]

/** Fails at the first answer that does not come, or is another. Nothing else has been typed at the end. */
const systemd = [
  'stty raw -echo; printf "booting\r\n"',
  ...probes.map(
    ([asked, last, answer]) =>
      `printf '${asked}'; IFS= read -rs -t 20 -d '${last}' got || { echo "nothing to ${asked.replaceAll('\\', '_')}"; exec cat; }
[ "$got" = $'${answer}' ] || { printf 'wrong: %q\r\n' "$got"; exec cat; }`,
  ),
  'printf "e[He[J"; IFS= read -rs -t 0 && { echo more; exec cat; }; echo all answered; exec cat',
].join('\n')

test('each of what systemd asks at boot is answered with nobody attached', async () => {
  const console = await open(systemd)
  await shows(console, 'all answered')
})
