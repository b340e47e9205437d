import type { Act, Actor, Detail } from '../audit/entry.ts'
import type { StoredKey } from '../store/keys.ts'

/** What the audit says of a key: its fingerprint, never its line. A personal key is of no project, so that its owner's projects do not read of it. */
export function keyAct(
  action: 'key.added' | 'key.changed' | 'key.deleted',
  { sha256, type, label, userId, projectId }: StoredKey,
  { by, detail }: { by: Actor; detail: Detail },
): Act {
  const of = userId === null || userId === by.id ? {} : { of: userId }
  return {
    action,
    by,
    projectId,
    target: label,
    detail: { scope: userId === null ? 'project' : 'personal', fingerprint: sha256, type, ...of, ...detail },
  }
}
