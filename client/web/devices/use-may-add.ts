import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { meQuery, projectsQuery } from '../api/queries.ts'

/** Whether the person may add devices anywhere: as instance admin, or as owner of some project where the gateway lets owners. */
export function useMayAdd(): boolean {
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: projects = [] } = useQuery(projectsQuery)
  return me.admin || projects.some(({ may }) => may.addDevices)
}
