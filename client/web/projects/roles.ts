import type { Role } from '../../../server/contract/access.ts'

/** What each role may, in the order of how much. */
export const roleWords: Record<Role, { label: string; about: string }> = {
  watcher: { label: 'Watcher', about: 'sees devices and watches their consoles' },
  collaborator: { label: 'Collaborator', about: 'also types, sends break and reconnects' },
  owner: { label: 'Owner', about: 'also manages devices and members, and may take the write lock by force' },
}

export const roleOptions = (Object.keys(roleWords) as Role[]).map((value) => ({
  value,
  label: roleWords[value].label,
}))
