import { useNavigate } from '@tanstack/react-router'
import { limits } from '../../../../server/contract/limits.ts'
import type { KeyOwner } from '../../api/keys.ts'
import { pushTo } from '../../push/search.ts'
import { type Servers, useServersOf } from './servers-field.tsx'

/** The push of new keys to the servers that were chosen for them; undefined where there is none that one may push to. */
export function usePush(
  owner: KeyOwner,
  servers: Servers,
): ((sha256s: string[]) => Promise<void>) | undefined {
  const navigate = useNavigate()
  const ids = useServersOf(owner)
    .filter(({ id, may }) => may.write && isChosen(servers, id))
    .map(({ id }) => id)
    .slice(0, limits.pushDevices)
  if (ids.length === 0) return undefined
  return (sha256s) => navigate({ to: '/push', search: pushTo(ids, sha256s) })
}

function isChosen(servers: Servers, id: string): boolean {
  return servers.on === 'all' || (servers.on === 'some' && servers.ids.includes(id))
}
