import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { recoveryQuery } from '../api/recovery.ts'
import { DevicePage } from '../parts/device-page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Loading } from '../shell/loading.tsx'
import { Approval, NeverBegan } from './approval.tsx'
import { Progress } from './progress.tsx'
import { StillHave } from './still-have.tsx'

/** The way back to a root login when its password is gone. */
export function RecoverPage() {
  const { id } = useParams({ from: '/app/devices/$id/recover' })
  return (
    <DevicePage
      id={id}
      title={(name) => `Recover access to ${name}`}
      description="When nobody has the root password any more. The gentlest way that still works comes first."
    >
      {(device) => <Recover device={device} />}
    </DevicePage>
  )
}

function Recover({ device }: { device: Device }) {
  const { data: recovery, error, refetch } = useQuery(recoveryQuery(device.id))
  const [dismissed, setDismissed] = useState('')
  if (error && recovery === undefined)
    return <FailureNotice error={error} title="The recovery could not be asked for" retry={refetch} />
  if (recovery === undefined) return <Loading />
  if (recovery === null || recovery.id === dismissed) return <StillHave device={device} />
  if (recovery.state === 'waiting') return <Approval device={device} recovery={recovery} />
  const dismiss = () => setDismissed(recovery.id)
  if (recovery.jobId === null) return <NeverBegan recovery={recovery} onDismiss={dismiss} />
  return <Progress device={device} recovery={recovery} onDismiss={dismiss} />
}
