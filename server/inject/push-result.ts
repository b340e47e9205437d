import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import type { PushedKey } from '../contract/pushes.ts'
import { deviceText } from './device-text.ts'
import type { KeyPlan } from './plan.ts'
import type { Proof } from './proof.ts'
import type { KeyResult } from './push.ts'

export const notAsked: Proof = { proof: 'not-asked', reasons: [] }

/** A key as it came out. */
export function pushedKey(key: KeyResult, proof: Proof): PushedKey {
  return { ...described(key), result: key.result, ...proof }
}

/** A key as it would come out. */
export function plannedKey(plan: KeyPlan): PushedKey {
  const result = plan.verdict === 'add' ? 'would-add' : plan.verdict
  return { ...described(plan), result, ...notAsked }
}

function described({ key, found }: Pick<KeyPlan, 'key' | 'found'>) {
  const { type, blob, comment } = key
  const line = found && {
    path: deviceText(found.path),
    number: found.line.number,
    options: found.options === undefined ? null : deviceText(found.options),
  }
  const note = found === undefined ? null : (found.why ?? words[found.kind] ?? null)
  return { sha256: sha256Fingerprint(blob), type, comment, line: line ?? null, note }
}

const words: Partial<Record<NonNullable<KeyPlan['found']>['kind'], string>> = {
  'commented-out': 'it is commented out there',
}
