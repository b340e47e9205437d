import {
  IconFolders,
  IconHistory,
  IconKey,
  IconLayoutGrid,
  IconSearch,
  IconServer2,
  IconUsers,
} from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { meQuery } from '../api/queries.ts'
import classes from './shell.module.css'

const places = [
  { to: '/', label: 'Devices', icon: IconServer2 },
  { to: '/wall', label: 'Wall', icon: IconLayoutGrid },
  { to: '/search', label: 'Search', icon: IconSearch },
  { to: '/keys', label: 'SSH keys', icon: IconKey },
  { to: '/projects', label: 'Projects', icon: IconFolders },
  { to: '/audit', label: 'Audit', icon: IconHistory },
] as const
const adminPlaces = [
  ...places.slice(0, -1),
  { to: '/users', label: 'Users', icon: IconUsers },
  ...places.slice(-1),
] as const

export function Navigation() {
  const { data: me } = useSuspenseQuery(meQuery)
  return (
    <nav aria-label="Main" className={classes.links}>
      {(me.admin ? adminPlaces : places).map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className={classes.link}
          activeOptions={{ exact: to === '/', includeSearch: false }}
        >
          <Icon size={18} stroke={1.7} aria-hidden />
          {label}
        </Link>
      ))}
    </nav>
  )
}
