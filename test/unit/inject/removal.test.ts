import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyFiles } from '../../../server/inject/key-files.ts'
import { planRemoval, type RemovalPlan } from '../../../server/inject/removal.ts'
import { sshdSettings } from '../../../server/inject/sshd-settings.ts'
import { fingerprintOf, keyLine } from '../../fakes/key-lines.ts'
import { home, reportOf } from './device.ts'

const ours = [keyLine('one'), keyLine('two'), keyLine('three')]
const fingerprints = ours.map(fingerprintOf)

function plan(content: string, keys: string[], withOptions = false): RemovalPlan {
  const report = reportOf(Buffer.from(content, 'latin1'))
  const account = { name: 'ann', uid: 1000, home }
  const files = keyFiles(report, sshdSettings(report, 'ann'), account)
  return planRemoval({ report, files, keys, withOptions })
}

/** As the program does it. */
function cut(content: string, { cuts }: RemovalPlan): string {
  const [only] = cuts
  if (only === undefined) return content
  const lines = content.split(/(?<=\n)/)
  const left = lines.filter((_, index) => !only.lines.includes(index + 1)).join('')
  expect(left.length).toBe(only.left)
  return left
}

const line = fc.oneof(
  fc.constantFrom(...ours),
  fc.constantFrom(...ours.map((text) => `restrict ${text}`)),
  fc.constantFrom(...ours.map((text) => `# ${text}`)),
  fc.constantFrom('', '# a comment', 'ssh-ed25519 AAAA damaged', '\xff\t', keyLine('somebody')),
)

describe('what is taken out', () => {
  test('are the plain lines of the keys, and no byte of any other', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom('', '\n'),
        fc.subarray(ours, { minLength: 1 }),
        (lines, end, chosen) => {
          const content = lines.join('\n') + end
          const left = cut(content, plan(content, chosen.map(fingerprintOf)))
          const kept = content.split(/(?<=\n)/).filter((text) => !chosen.includes(text.replace(/\n$/, '')))
          expect(left).toBe(kept.join(''))
          // Twice is once.
          expect(plan(left, chosen.map(fingerprintOf)).cuts).toEqual([])
        },
      ),
    )
  })

  test.each([
    ['a key with options', `restrict ${ours[0]}\n`, false, 'restricted', 1],
    ['the same, when they are named', `restrict ${ours[0]}\n`, true, 'remove', 0],
    ['a line that the server refuses', `unknown ${ours[0]}\n`, false, 'restricted', 0],
    ['a certificate authority', `cert-authority ${ours[0]}\n`, false, 'restricted', 0],
    ['a key that is commented out', `# ${ours[0]}\n`, true, 'absent', 0],
    ['the last of two that let in', `${ours[0]}\n${ours[1]}\n`, false, 'remove', 1],
  ] as const)('%s', (_, content, withOptions, verdict, leaves) => {
    const planned = plan(content, fingerprints.slice(0, 1), withOptions)
    expect([planned.keys.map((key) => key.verdict), planned.leaves]).toEqual([[verdict], leaves])
  })
})
