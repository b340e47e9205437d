import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256Fingerprint } from '../../../server/contract/public-key/fingerprint.ts'
import { linesOf, readingsOf, type Server } from '../../../server/inject/authorized-keys/lines.ts'
import { planPush } from '../../../server/inject/plan.ts'
import { generatedSeed } from '../../generated.ts'
import { accountsCanBeMade, type LabAccount, labAccount } from '../../lab/account.ts'
import { askServer } from '../../lab/asked-server.ts'
import { startDropbear } from '../../lab/dropbear.ts'
import { makeKey } from '../../lab/ssh-keys.ts'
import { startSshd } from '../../lab/sshd.ts'
import { reportOf, written } from '../../unit/inject/device.ts'
import { anyFile, traps } from './traps.ts'

const type = 'ssh-ed25519'

describe.skipIf(!accountsCanBeMade())(
  'our reading of authorized_keys (needs root, for a real account)',
  () => {
    let folder: string
    let account: LabAccount
    let keys: [string, string]

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lifeline-rules-'))
      account = await labAccount('lifeline-rules')
      const forget = await account.authorize('')
      await forget()
      const made = await Promise.all(
        ['K', 'L'].map((name) => makeKey({ path: join(folder, name), type: 'ed25519' })),
      )
      keys = [base64Of(made[0]?.publicKey), base64Of(made[1]?.publicKey)]
    })

    afterAll(() => rm(folder, { recursive: true, force: true }))

    const file = () => join(account.home, '.ssh/authorized_keys')
    const contentOf = (text: string) =>
      Buffer.from(
        text.replaceAll(/\b[KL]+/g, (letters) =>
          [...letters].map((letter) => keys[letter === 'K' ? 0 : 1]).join(''),
        ),
        'latin1',
      )
    const blob = () => Buffer.from(keys[0], 'base64')
    /** The texts about which a server and we do not agree. */
    const disputes = async (
      server: Server,
      ask: (questions: Question[]) => Promise<boolean[]>,
      texts: string[],
    ) => {
      const contents = texts.map(contentOf)
      const answers = await ask(contents.map((content) => ({ type, blob: blob(), content })))
      return texts
        .map((text, index) => ({
          text,
          server: answers[index],
          ours: letsIn(contents[index] ?? Buffer.alloc(0), blob(), server),
        }))
        .filter(({ server, ours }) => server !== ours)
    }

    it('is that of OpenSSH, on every trap and on files that nobody thought of', async () => {
      const config = [
        `AuthorizedKeysFile ${file()}`,
        'MaxAuthTries 100000',
        'LogLevel ERROR',
        'LoginGraceTime 0',
      ]
      const server = await startSshd({ config: [...config, 'UsePAM no'] })
      try {
        const ask = (questions: Question[]) =>
          askServer(server, { username: account.user, file: file(), questions })
        const texts = [...traps, ...fc.sample(anyFile, { numRuns: 500, seed: generatedSeed })]
        expect(await disputes('openssh', ask, texts)).toEqual([])
      } finally {
        await server.close()
      }
    })

    it('holds for what a push writes behind any file: sshd and ssh-keygen find each key that it says is there', async () => {
      const config = [`AuthorizedKeysFile ${file()}`, 'MaxAuthTries 100000', 'LogLevel ERROR', 'UsePAM no']
      const server = await startSshd({ config: [...config, 'LoginGraceTime 0'] })
      try {
        const key = { type, blob: blob(), comment: 'us' }
        const texts = [...traps, ...fc.sample(anyFile, { numRuns: 100, seed: generatedSeed })]
        const questions = texts.flatMap((text) => {
          const report = reportOf(contentOf(text))
          const planning = planPush({ report, account: 'ann', keys: [key], now: Date.now() })
          if (planning.kind !== 'plan') throw new Error(`There is no plan for ${JSON.stringify(text)}`)
          const { keys, write } = planning.plan
          const free = keys[0]?.verdict === 'add' || keys[0]?.verdict === 'present'
          const content = Buffer.from(written(contentOf(text), write) ?? [])
          return free ? [{ type, blob: key.blob, content, added: write !== undefined }] : []
        })
        const answers = await askServer(server, { username: account.user, file: file(), questions })
        expect(questions.filter((_, at) => !answers[at])).toEqual([])
        const added = questions.filter(({ added }) => added)
        expect(added.length).toBeGreaterThan(50)
        const sha256 = sha256Fingerprint(key.blob)
        for (const { content } of added) {
          // It stops at a NUL, and knows no lone CR; the last line is what a push wrote.
          const last = content.subarray(content.lastIndexOf('\n', -2) + 1)
          const { stdout } = spawnSync('ssh-keygen', ['-lf', '-'], { input: last, encoding: 'utf8' })
          expect(stdout).toBe(`256 ${sha256} us (ED25519)\n`)
        }
      } finally {
        await server.close()
      }
    })

    it('is that of Dropbear, on every trap and on files that nobody thought of', async () => {
      const server = await startDropbear({ args: ['-T', '100000'] })
      try {
        const ask = (questions: Question[]) =>
          askServer(server, { username: account.user, file: file(), questions })
        // Dropbear knows permitlisten= since 2025 only.
        const texts = [...traps, ...fc.sample(anyFile, { numRuns: 500, seed: generatedSeed })].filter(
          (text) => !/permitlisten/i.test(text),
        )
        expect(await disputes('dropbear', ask, texts)).toEqual([])
      } finally {
        await server.close()
      }
    })
  },
)

type Question = { type: string; blob: Uint8Array; content: Uint8Array }

/** Whether a server lets the key in from loopback, now, by what we know of its rules. */
function letsIn(content: Uint8Array, blob: Uint8Array, server: Server): boolean {
  return linesOf(content).some((line) =>
    readingsOf(line.text, server).some(({ meaning }) => {
      if (meaning.kind !== 'key' || !blob.every((byte, at) => meaning.blob[at] === byte)) return false
      if (meaning.blob.length !== blob.length) return false
      const { options } = meaning
      if (options === undefined) return true
      const past = options.expires !== undefined && options.expires < Date.now()
      return !options.authority && !past && !/from="192/i.test(options.text)
    }),
  )
}

function base64Of(line: string | undefined): string {
  const base64 = line?.split(' ')[1]
  if (base64 === undefined) throw new Error('ssh-keygen made no key.')
  return base64
}
