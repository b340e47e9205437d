import { Tooltip, VisuallyHidden } from '@mantine/core'
import { IconLockOpen } from '@tabler/icons-react'
import type { LoginState } from '../../../server/contract/login.ts'
import { useNow } from '../parts/now.ts'
import { loginWords } from '../words/login.ts'
import classes from './login-state.module.css'

/** That somebody is logged in on the line: whoever comes here next has their rights. */
export function LoginLine({ login }: { login: LoginState }) {
  const now = useNow()
  const words = loginWords(login, now)
  return (
    <>
      {words !== null && login.state === 'somebody' && (
        <Tooltip multiline maw={360} label={reason(login)}>
          <span className={classes.login} data-root={login.root || undefined}>
            <IconLockOpen size={14} aria-hidden />
            <span>{words}</span>
          </span>
        </Tooltip>
      )}
      <VisuallyHidden role="status" aria-label="Login">
        {words ?? ''}
      </VisuallyHidden>
    </>
  )
}

function reason({ keptOpen }: Extract<LoginState, { state: 'somebody' }>): string {
  const open = 'Seen on the screen. It stays open when everybody has left, until somebody logs out.'
  return keptOpen === null ? open : `${open} The gateway was to log out and did not: ${keptOpen}`
}
