import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest'
import { AppError } from '../../server/base/errors.ts'
import { Secret } from '../../server/base/secret.ts'
import { sha256Fingerprint } from '../../server/contract/public-key/fingerprint.ts'
import { inSession } from '../../server/inject/over-console.ts'
import { overSsh } from '../../server/inject/over-ssh.ts'
import type { PushKey } from '../../server/inject/plan.ts'
import { pushKeys } from '../../server/inject/push.ts'
import { removeKeys } from '../../server/inject/remove.ts'
import type { Runner } from '../../server/inject/runner.ts'
import { operate } from '../../server/operator/operate.ts'
import { type LabAccount, labAccount } from '../lab/account.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { passwordWay } from '../lab/password-way.ts'
import { freePort } from '../lab/ports.ts'
import { type SshdFleet, startSshdFleet } from '../lab/sshd-fleet.ts'
import { deskAtLogin } from './operator/console-desk.ts'
import { linesOf, password, threeKeys } from './operator/console-push.ts'
import {
  type FileCase,
  fileCases,
  named,
  others,
  type Place,
  prepared,
  stopWriter,
  writer,
} from './operator/file-cases.ts'

interface Machine {
  /** What a shell prints that sees its files, with the names of the case. */
  sh(script: string): string
  work<T>(act: (runner: Runner) => Promise<T>): Promise<T | undefined>
  account: string
}

const written: Pick<FileCase, 'name' | 'after'> = { name: 'another writer who never stops', after: writer }
const root: Place = { home: '/root', user: 'root' }

// Root of the machines cannot do more here than what a mount namespace lets it.
describe.skipIf(gettyNeeds() !== undefined)('a push to a file that is not as usual', () => {
  let folder: string
  let keys: PushKey[]
  let account: LabAccount
  let fleet: SshdFleet
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-push-'))
    keys = await threeKeys(folder)
    account = await labAccount('lifeline-files')
    const cases = [...fileCases, written]
    fleet = await startSshdFleet(account, {
      count: cases.length,
      port: await freePort(),
      prepare: (at) => named(account, prepared(cases[at] ?? {})),
    })
  })
  afterAll(async () => {
    await fleet.close()
    await rm(folder, { recursive: true })
  })

  type Open = (of: Pick<FileCase, 'name' | 'before' | 'after'>, test: TestContext) => Promise<Machine>
  const onConsole: Open = async (of, context) => {
    const desk = await deskAtLogin(context, { password, prepare: `(${named(root, prepared(of))})` })
    return {
      account: 'root',
      sh: (script) => desk.machine.sh(named(root, script)),
      async work(act) {
        const login = { user: 'root', password: new Secret(password), session: 'refuse' as const }
        const work = operate(desk, login, {
          work: (session) => act(inSession(session)),
          tell: () => undefined,
        })
        return (await work).result
      },
    }
  }
  const onSsh: Open = async ({ name }) => {
    const at = [...fileCases, written].findIndex((of) => of.name === name)
    const host = fleet.addresses[at] ?? ''
    return {
      account: account.user,
      sh: (script) => fleet.sh(host, named(account, script)),
      work: (act) =>
        overSsh(passwordWay({ host, port: fleet.port, hostKey: fleet.fingerprint }, account), act),
    }
  }

  const add = ({ work, account }: Machine) =>
    work(async (runner) => {
      const outcome = await pushKeys({ runner, account, keys, now: Date.now() }).catch(inWords)
      if (outcome.kind !== 'done') return outcome.why
      return outcome.keys.map(({ result }) => result)
    })
  const remove = ({ work, account }: Machine) =>
    work(async (runner) => {
      const [, base64 = ''] = (others[0] ?? '').split(' ')
      const sha256 = await sha256Fingerprint(Buffer.from(base64, 'base64'))
      const request = { runner, account, keys: [sha256], now: Date.now() }
      const { removal } = await removeKeys({
        ...request,
        withOptions: false,
        allowLast: false,
        dryRun: false,
      })
      return removal.keys.map(({ verdict }) => verdict)
    })

  const lines = (of: FileCase): string => {
    const [, ...rest] = others
    const stays = of.act === 'remove' ? rest : others
    return `# ours\n${stays.join('\n')}\n${of.act === 'add' ? linesOf(keys) : ''}`
  }

  describe.each<[string, Open]>([
    ['over the console', onConsole],
    ['over SSH', onSsh],
  ])('%s', { concurrent: true }, (_, open) => {
    test.for(fileCases)('$name', async (of, context) => {
      if (lacks(folder, of)) context.skip(`The file system of ${folder} does not take: ${of.needs}`)
      const machine = await open(of, context)
      const state = (): string => machine.sh(of.keeps ?? 'ls -A $H/.ssh; stat -c "%i %a %U %Y" $F; cat $F')
      try {
        const before = state()
        const result = await (of.act === 'add' ? add(machine) : remove(machine))
        if (of.result instanceof RegExp) context.expect(result).toMatch(of.result)
        else context.expect(result).toEqual(of.result)
        if (!(of.result instanceof RegExp)) context.expect(machine.sh('cat $F')).toBe(lines(of))
        context.expect(state()).toBe(before)
      } finally {
        machine.sh(of.finally ?? ':')
      }
    })

    test('another writer who never stops loses no line', async (context) => {
      const machine = await open(written, context)
      const result = await add(machine)
      const text = machine.sh(stopWriter)
      const theirs = text.split('\n').filter((line) => line.startsWith('# line'))
      context.expect(theirs).toEqual(theirs.map((_, at) => `# line ${at}`))
      context.expect(text).toContain(`# end ${theirs.length}\n`)
      context.expect(text.startsWith(`# ours\n${others.join('\n')}\n`)).toBe(true)
      // It may give up, but what it says is true.
      const added = `${result}` === 'added,added,added'
      if (!added) context.expect(result).toMatch(/writes to the same file all the time/)
      context.expect(text.includes(linesOf(keys))).toBe(added)
    })
  })
})

function lacks(folder: string, { needs = ':' }: FileCase): boolean {
  return spawnSync('sh', ['-c', `F=$(mktemp ${folder}/XXXXXX) && ${needs}`]).status !== 0
}

function inWords(error: unknown): { kind: 'refused'; why: string } {
  if (error instanceof AppError) return { kind: 'refused', why: error.message }
  throw error
}
