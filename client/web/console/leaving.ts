import { lockView } from './lock-view.ts'
import type { Model } from './model.ts'

/**
 * Whether this page is the last writer's and leaves a shell open behind it: whoever opens this console next has its rights. Somebody else
 * who may write looks after it; where the device logs out by itself, the gateway does.
 */
export function leavesShellOpen(model: Model, logoutOnDetach: boolean): boolean {
  const { login, viewers, me } = model
  if (login.state !== 'somebody' || logoutOnDetach || model.link.state !== 'attached') return false
  const mine = viewers.find(({ id }) => id === me)
  if (!mine?.mayWrite || viewers.some(({ id, mayWrite }) => mayWrite && id !== me)) return false
  return lockView(model).kind === 'mine' || login.openedBy?.id === mine.userId
}
