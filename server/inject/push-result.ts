import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import { WireReader } from '../contract/public-key/wire.ts'
import type { PushedKey } from '../contract/pushes.ts'
import type { Line } from './authorized-keys/lines.ts'
import { deviceText } from './device-text.ts'
import type { KeyPlan, PushKey } from './plan.ts'
import type { RemovalKey } from './removal.ts'

/** A key as it came out, but for what the SSH server says of it. */
export interface ActedKey {
  shown: Omit<PushedKey, 'proof' | 'reasons'>
  /** What the SSH server can be asked about; nothing where the device has no such key. */
  asked: Pick<PushKey, 'type' | 'blob'> | undefined
}

/** A key that was to be added. `newLine` is the number of the line that it has now. */
export function addedKey(
  { key, verdict, found, note, warning }: KeyPlan,
  add: 'added' | 'would-add',
  newLine?: number,
): ActedKey {
  const { type, blob, comment } = key
  const shown = {
    sha256: sha256Fingerprint(blob),
    type,
    comment,
    result: verdict === 'add' ? add : verdict === 'widen' ? widens[add] : verdict,
    line: found === undefined ? null : placeOf(found),
    note: [note ?? found?.why ?? (found && words[found.kind]), warning].filter(Boolean).join('; ') || null,
    newLine: newLine ?? null,
  }
  return { shown, asked: key }
}

const widens = { added: 'widened', 'would-add': 'would-widen' } as const

/** A key that was to be taken away. */
export function removedKey({ sha256, blob, verdict, found }: RemovalKey, dryRun: boolean): ActedKey {
  const type = blob === undefined ? '' : deviceText(new WireReader(blob).name() ?? '', 64)
  const remove = dryRun ? ('would-remove' as const) : ('removed' as const)
  const shown = {
    sha256,
    type,
    comment: found === undefined ? '' : deviceText(found.comment, 200),
    result: verdict === 'remove' ? remove : verdict,
    line: found === undefined ? null : placeOf(found),
    note: null,
    newLine: null,
  }
  return { shown, asked: blob && { type, blob } }
}

function placeOf({ path, line, options }: { path: string; line: Line; options?: string | undefined }) {
  return {
    path: deviceText(path),
    number: line.number,
    options: options === undefined ? null : deviceText(options),
  }
}

const words: Partial<Record<NonNullable<KeyPlan['found']>['kind'], string>> = {
  'commented-out': 'it is commented out there',
}
