import type { QueryClient } from '@tanstack/react-query'
import type { Failure } from '../api/failure.ts'
import type { AppRouter } from '../router.tsx'

/** When the session is over, or the password must be changed first, the page goes there by itself, and back afterwards. */
export function leaveOn(failure: Failure, router: AppRouter, queryClient: QueryClient): void {
  const here = router.state.location.href
  if (/^\/(sign-in|password)/.test(here)) return
  if (failure.code === 'sign-in-required') {
    // What the last person saw is not for the next one.
    queryClient.clear()
    router.navigate({ to: '/sign-in', search: here === '/' ? {} : { to: here } })
  }
  if (failure.code === 'password-change-required') router.navigate({ to: '/password', search: { to: here } })
}
