import type { LoginState } from '../../../server/contract/login.ts'
import { loginWords, shellWords } from '../words/login.ts'
import { clockTime } from '../words/time.ts'
import { useNow } from './now.ts'
import { Tag } from './tag.tsx'

/** That somebody is logged in on the line, and since when; nothing where nobody is, or nobody knows. */
export function LoginTag({ login }: { login: LoginState }) {
  const now = useNow()
  if (login.state !== 'somebody') return null
  const words = loginWords(login, now) ?? ''
  const left = login.keptOpen !== null
  return (
    <span title={left ? `${words}. It was to be logged out: ${login.keptOpen}` : words}>
      <Tag tone={left || login.root ? 'trouble' : 'busy'}>
        {left
          ? `${shellWords(login)} left open`
          : `${shellWords(login)} ${clockTime(login.since).slice(0, 5)}`}
      </Tag>
    </span>
  )
}
