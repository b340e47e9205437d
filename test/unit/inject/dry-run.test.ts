import { expect, test } from 'vitest'
import { sha256Fingerprint } from '../../../server/contract/public-key/fingerprint.ts'
import { additions } from '../../../server/inject/dry-run.ts'
import { type PushKey, planPush } from '../../../server/inject/plan.ts'
import type { Report } from '../../../server/inject/program/report.ts'
import { home, keysPath, mode, pushKey, reportOf } from './device.ts'
import { keyNamed } from './keys.ts'

const [K, L] = ['K', 'L'].map(keyNamed)
if (!K || !L) throw new Error('There are two keys.')
const now = Date.UTC(2026, 10, 29)

function changesOf(report: Report, keys: PushKey[], widen: string[] = []) {
  const made = planPush({ report, account: 'ann', keys, widen, now })
  if (made.kind !== 'plan') throw new Error(`There is no plan: ${JSON.stringify(made)}`)
  return additions(made.plan, report)
}

test('the very lines that are written are shown, and none for what is there', () => {
  const report = reportOf(Buffer.from(`ssh-ed25519 ${K.text}`))
  expect(changesOf(report, [pushKey(K), pushKey(L, 'ben@desk')])).toEqual([
    { path: keysPath, added: [`ssh-ed25519 ${L.text} ben@desk`], taken: [], tightened: [] },
  ])
  expect(changesOf(report, [pushKey(K)])).toEqual([])
})

test('modes that are tightened are shown, also where no line is written', () => {
  const report = reportOf(Buffer.from(`ssh-ed25519 ${K.text}\n`))
  report.files[0]?.modes.splice(0, 2, mode('-rw-rw-r--'), mode('drwxrwxr-x'))
  expect(changesOf(report, [pushKey(K)])).toEqual([
    { path: keysPath, added: [], taken: [], tightened: [keysPath, `${home}/.ssh`] },
  ])
})

test('a line with options that gives way is shown, one that only says from where is not', () => {
  const held = `command="true" ssh-ed25519 ${K.text}`
  const report = reportOf(Buffer.from(`# ours\n${held}\nfrom="192.0.2.1" ssh-ed25519 ${L.text}\n`))
  const keys = [pushKey(K), pushKey(L)]
  const widen = keys.map(({ blob }) => sha256Fingerprint(blob))
  expect(changesOf(report, keys, widen)).toEqual([
    {
      path: keysPath,
      added: [K, L].map(({ text }) => `ssh-ed25519 ${text}`),
      taken: [{ number: 2, text: held }],
      tightened: [],
    },
  ])
  expect(changesOf(report, keys)).toEqual([])
})
