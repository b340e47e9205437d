import { Button, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import { type Recovery, recoveryApproval } from '../../../server/contract/recovery.ts'
import { type Body, call } from '../api/call.ts'
import { check } from '../api/check.ts'
import { recoveryQuery } from '../api/recovery.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { useNow } from '../parts/now.ts'
import { Section } from '../parts/section.tsx'
import { tellFailure } from '../parts/tell.ts'
import { duration } from '../words/time.ts'
import { approverWords, askedWords, endWords, restartWords } from './words.ts'

interface Props {
  device: Device
  recovery: Recovery
}

/** A recovery that waits for a second person: what is asked, and their say. */
export function Approval({ device, recovery }: Props) {
  const left = (recovery.approval?.until ?? 0) - useNow()
  return (
    <Section title="Waits for approval" description="A second person’s, as the project demands.">
      <Text role="status">
        {askedWords(recovery, device.name)} Nothing was touched yet. It is dropped in {duration(left)}.
      </Text>
      <List size="sm" spacing={4}>
        <List.Item>
          The machine is restarted {restartWords[recovery.restart]}: everything that runs on it stops.
        </List.Item>
        <List.Item>
          {recovery.rehearsal
            ? 'Its boot entry is edited, and that is discarded: it starts as it was.'
            : 'Root gets a new password, which is kept here for a day at most.'}
        </List.Item>
        {recovery.keys && !recovery.rehearsal && <List.Item>Keys are pushed afterwards.</List.Item>}
      </List>
      {recovery.may.approve ? (
        <Say device={device} recovery={recovery} />
      ) : (
        <Text size="sm">{approverWords(recovery.approvers)}</Text>
      )}
      {recovery.may.withdraw && !recovery.may.approve && <Withdraw device={device} />}
    </Section>
  )
}

function Say({ device: { id, name }, recovery }: Props) {
  const queryClient = useQueryClient()
  const [reason, setReason] = useState('')
  const [confirm, setConfirm] = useState('')
  const [error, setError] = useState<string>()
  const { queryKey } = recoveryQuery(id)
  const answer = useMutation({
    mutationFn: (body: Body<'answerRecovery'>) => call('answerRecovery', { params: { id }, body }),
    onSuccess: (answered) => queryClient.setQueryData(queryKey, answered),
    onError: () => queryClient.invalidateQueries({ queryKey }),
  })
  const say = (verdict: 'approve' | 'refuse') => {
    const why = reason.trim() === '' ? {} : { reason }
    const checked = check(recoveryApproval, { recovery: recovery.id, verdict, confirm, ...why })
    setError(checked.ok ? undefined : checked.errors.reason)
    if (checked.ok) answer.mutate(checked.request)
  }
  return (
    <Stack gap="md">
      <TextInput
        label="Reason"
        description="If you like: shown with it, and kept in the audit"
        maxLength={limits.reasonMaxLength}
        value={reason}
        error={error}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <TextInput
        label={`Type ${name} to answer`}
        autoComplete="off"
        spellCheck={false}
        value={confirm}
        onChange={(event) => setConfirm(event.currentTarget.value)}
      />
      {answer.error && <FailureNotice error={answer.error} title="Your answer was not taken" />}
      <Group gap="sm">
        <Button
          color="red"
          disabled={confirm !== name}
          loading={answer.isPending}
          onClick={() => say('approve')}
        >
          Approve
        </Button>
        <Button
          variant="default"
          disabled={confirm !== name || answer.isPending}
          onClick={() => say('refuse')}
        >
          Refuse
        </Button>
      </Group>
    </Stack>
  )
}

function Withdraw({ device: { id } }: { device: Device }) {
  const queryClient = useQueryClient()
  const { queryKey } = recoveryQuery(id)
  const withdraw = useMutation({
    mutationFn: () => call('withdrawRecovery', { params: { id } }),
    onSuccess: (withdrawn) => queryClient.setQueryData(queryKey, withdrawn),
    onError: (error) => {
      tellFailure('It was not withdrawn', error)
      return queryClient.invalidateQueries({ queryKey })
    },
  })
  return (
    <div>
      <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
        Withdraw it
      </Button>
    </div>
  )
}

/** One that was refused, withdrawn or lapsed. */
export function NeverBegan({ recovery, onDismiss }: { recovery: Recovery; onDismiss: () => void }) {
  return (
    <Stack gap="md" align="flex-start">
      <Notice tone="trouble" title={endWords(recovery)} urgent>
        {recovery.message}
      </Notice>
      <Button variant="default" onClick={onDismiss}>
        Start over
      </Button>
    </Stack>
  )
}
