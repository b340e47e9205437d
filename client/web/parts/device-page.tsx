import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { Failure } from '../api/failure.ts'
import { hostKeysQuery } from '../api/provision.ts'
import { deviceQuery } from '../api/queries.ts'
import { NotFoundPage } from '../not-found/page.tsx'
import { Loading } from '../shell/loading.tsx'
import classes from './device-page.module.css'
import { FailureNotice } from './failure-notice.tsx'
import { HostKeysNotice } from './host-keys-notice.tsx'
import { Page } from './page.tsx'
import { PageHeader } from './page-header.tsx'

const tabs = [
  { to: '/devices/$id/keys', label: 'Who can log in' },
  { to: '/devices/$id/push', label: 'Push keys' },
  { to: '/devices/$id/connect', label: 'Connect' },
  { to: '/devices/$id/first-boot', label: 'First boot' },
  { to: '/devices/$id/root-password', label: 'Root password' },
  { to: '/devices/$id/power', label: 'Power' },
  { to: '/devices/$id/recover', label: 'Recover access' },
] as const

interface Props {
  id: string
  /** The h1, from the device's name. */
  title: (name: string) => string
  description: ReactNode
  actions?: (device: Device) => ReactNode
  children: (device: Device) => ReactNode
}

/** A page about one device beside its console: what it is, the way back, and the other such pages. */
export function DevicePage({ id, title, description, actions, children }: Props) {
  const { data: device, error, refetch } = useQuery(deviceQuery(id))
  if (error instanceof Failure && error.code === 'not-found') return <NotFoundPage message={error.message} />
  if (error && !device)
    return <FailureNotice error={error} title="The device could not be loaded" retry={refetch} />
  if (!device) return <Loading />
  return (
    <Page>
      <Anchor
        size="sm"
        c="dimmed"
        renderRoot={(props) => <Link to="/devices/$id" params={{ id }} {...props} />}
      >
        Console of {device.name}
      </Anchor>
      <PageHeader title={title(device.name)} description={description} actions={actions?.(device)} />
      <nav className={classes.tabs} aria-label="About this device">
        {tabs.map(({ to, label }) => (
          <Link key={to} to={to} params={{ id }} className={classes.tab}>
            {label}
          </Link>
        ))}
      </nav>
      <HostKeyAlarm id={id} />
      {/* What was typed or shown for one device is not there on the page of another. */}
      <Fragment key={id}>{children(device)}</Fragment>
    </Page>
  )
}

/** Above everything: whoever reads how to connect must see first that they should not. */
function HostKeyAlarm({ id }: { id: string }) {
  const { data } = useQuery(hostKeysQuery(id))
  if (data?.state !== 'mismatch') return null
  return (
    <div className={classes.alarm}>
      <HostKeysNotice state={data.state} />
    </div>
  )
}
