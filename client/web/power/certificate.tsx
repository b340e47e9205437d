import { Button } from '@mantine/core'
import { IconCertificate } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { PowerView } from '../../../server/contract/power.ts'
import { call } from '../api/call.ts'
import { powerQuery } from '../api/power.ts'
import { HostKeyQuestion } from '../parts/host-key.tsx'
import { Notice } from '../parts/notice.tsx'
import { tellFailure } from '../parts/tell.ts'

/** A certificate that nobody vouches for waits to be compared and accepted; nothing is sent before. */
export function CertificateQuestion({ device: { id }, power }: { device: Device; power: PowerView }) {
  const { reading, control } = power
  const queryClient = useQueryClient()
  const [compared, setCompared] = useState(false)
  const accept = useMutation({
    mutationFn: (fingerprint: string) =>
      call('acceptPowerCertificate', { params: { id }, body: { fingerprint } }),
    onSuccess: (view) => queryClient.setQueryData(powerQuery(id).queryKey, view),
    onError: (error) => tellFailure('The certificate was not accepted', error),
  })
  const offered = reading?.power === 'unknown' ? reading.cause.offered : undefined
  if (offered === undefined) return null
  const pinned = control?.kind === 'redfish' ? control.certificate : undefined
  return (
    <Notice
      tone={pinned ? 'danger' : 'trouble'}
      title={pinned ? 'The BMC’s certificate has changed' : 'Is this the right BMC?'}
      icon={IconCertificate}
    >
      <HostKeyQuestion
        what="certificate"
        offered={offered}
        pinned={pinned}
        checked={compared}
        onChecked={setCompared}
      />
      <Button
        mt="md"
        size="xs"
        color={pinned ? 'red' : 'line'}
        disabled={!compared}
        loading={accept.isPending}
        onClick={() => accept.mutate(offered)}
      >
        Accept this certificate
      </Button>
    </Notice>
  )
}
