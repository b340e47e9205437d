import { useRouterState } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'

/** Whether a page stands alone, without navigation: a window of its own asks for that, and so does full screen. */
export function useBare(): boolean {
  const asked = useRouterState({ select: ({ location }) => 'bare' in location.search })
  return useFullScreen() || asked
}

/** Whether the document, not only the browser, is in full screen. */
export function useFullScreen(): boolean {
  return useSyncExternalStore(watch, () => document.fullscreenElement !== null)
}

function watch(changed: () => void): () => void {
  document.addEventListener('fullscreenchange', changed)
  return () => document.removeEventListener('fullscreenchange', changed)
}
