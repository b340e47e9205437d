import type { LoginState } from '../../../server/contract/login.ts'
import type { SshPasswordChange } from '../../../server/contract/ssh-password.ts'
import type { RootPassword } from '../../../server/contract/vault.ts'
import { dateTime, duration } from '../words/time.ts'

const sources = {
  provision: 'made at first boot',
  person: 'told by somebody who knew it',
  change: 'set over the console',
  ssh: 'set over SSH',
  recovery: 'set by a recovery',
}

/** What is known of a root password, in a sentence or two. `leftMs` is what is left of its time now. */
export function keptWords(root: RootPassword, leftMs: number): string {
  const from = root.source === null ? '' : `, ${sources[root.source]}`
  switch (root.state) {
    case 'none':
      return 'No root password of this server was ever kept here.'
    case 'kept':
      return `Set ${at(root.setAt)}${from}. It is destroyed in ${duration(leftMs)}.`
    case 'gone':
      return `It was set ${at(root.setAt)}${from}, and destroyed ${at(root.goneAt)}. Nobody can have it back.`
  }
}

const at = (time: number | null) => (time === null ? 'at some time' : dateTime(time))

/** Whose yes it takes to use the session that is open on a console. */
export function sessionWords(login: LoginState): string {
  const opener = login.state === 'somebody' ? login.openedBy : null
  const asked = 'Whoever types there is asked, and has to agree.'
  return opener === null
    ? `${asked} Where nobody does, say yes only if whoever opened it has agreed`
    : `${opener.name} opened it. ${asked} Where nobody does, say yes only if ${opener.name} has agreed`
}

/** How a new root password over SSH ended. */
export function changeEndWords(state: SshPasswordChange['state']): string {
  switch (state) {
    case 'done':
      return 'It is set'
    case 'cancelled':
      return 'It was stopped'
    default:
      return 'It did not come to its end'
  }
}
