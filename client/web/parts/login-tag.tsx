import type { LoginState } from '../../../server/contract/login.ts'
import { clockTime, dateTime } from '../words/time.ts'
import { Tag } from './tag.tsx'

/** That somebody is logged in on the line, and since when; nothing where nobody is, or nobody knows. */
export function LoginTag({ login }: { login: LoginState }) {
  if (login.state !== 'somebody') return null
  const who = login.user ?? (login.root === true ? 'root' : 'a')
  const opened = login.openedBy ? `, opened by ${login.openedBy.name}` : ''
  return (
    <span title={`${who} shell since ${dateTime(login.since)}${opened}`}>
      <Tag tone="busy">{`${who} shell ${clockTime(login.since).slice(0, 5)}`}</Tag>
    </span>
  )
}
