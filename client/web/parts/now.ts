import { useSyncExternalStore } from 'react'
import { gatewayNow } from '../api/gateway-clock.ts'

const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let current = gatewayNow()

/** One timer for every age and countdown on the page, and only while one is shown. */
function watch(changed: () => void): () => void {
  watchers.add(changed)
  timer ??= setInterval(() => {
    current = gatewayNow()
    for (const tell of watchers) tell()
  }, 1000)
  return () => {
    watchers.delete(changed)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function read(): number {
  // Between mounts nobody ticks; a reading that has grown old is renewed, and stays the same within one render.
  const now = gatewayNow()
  if (Math.abs(now - current) > 1500) current = now
  return current
}

/** The gateway's time in ms, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(watch, read)
}
