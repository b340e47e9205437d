import { Button, List, Radio, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { restarts } from '../../../server/contract/recovery.ts'
import { type Body, call } from '../api/call.ts'
import { deviceKeysQuery } from '../api/keys.ts'
import { powerQuery } from '../api/power.ts'
import { projectsQuery } from '../api/queries.ts'
import { recoveryQuery } from '../api/recovery.ts'
import { rootPasswordQuery } from '../api/root-password.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { useNow } from '../parts/now.ts'
import { Section } from '../parts/section.tsx'
import { type Afterwards, KeysAfterwards, pushOf } from './keys-afterwards.tsx'

type Restart = (typeof restarts)[number]

/** What will happen, before somebody says yes. */
export function StartForm({ device }: { device: Device }) {
  const { id, name } = device
  const queryClient = useQueryClient()
  const { data: power } = useQuery(powerQuery(id))
  const { data: root } = useQuery(rootPasswordQuery(id))
  const { data: projects } = useQuery(projectsQuery)
  const project = projects?.find(({ id }) => id === device.projectId)
  const now = useNow()
  const demanded = project?.recoveryApproval === true || (project?.recoveryApprovalUntil ?? 0) > now
  const powered = power?.reading != null
  const [chosen, setChosen] = useState<Restart>()
  // Until the power has been asked for nobody can say which of them it will be.
  const restart = chosen ?? (power && (powered ? 'power' : 'person'))
  const [rehearsal, setRehearsal] = useState(false)
  const [confirm, setConfirm] = useState('')
  const { data: listed, hasNextPage } = useInfiniteQuery(deviceKeysQuery(id))
  const keys = (listed?.pages ?? []).flatMap((page) => page.keys).filter(({ handedOut }) => handedOut)
  const [after, setAfter] = useState<Afterwards>({ push: true, keys: 'all', port: 22 })
  const push = rehearsal || keys.length === 0 ? {} : pushOf(after)
  const begin = useMutation({
    mutationFn: (body: Body<'startRecovery'>) => call('startRecovery', { params: { id }, body }),
    onSuccess: (recovery) => queryClient.setQueryData(recoveryQuery(id).queryKey, recovery),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (restart !== undefined) begin.mutate({ confirm, restart, rehearsal, ...push })
  }
  return (
    <Section
      title="Recover by a restart"
      description="Over the serial line, through the boot loader: GRUB 2, SYSLINUX or systemd-boot."
    >
      <List size="sm" type="ordered" spacing={4}>
        <List.Item>The machine is restarted: everything that runs on it stops.</List.Item>
        <List.Item>
          In its menu one entry is edited for this one boot, read back, and booted into a root shell.
        </List.Item>
        <List.Item>
          Root gets a new password, which is kept here for a day at most, and its account is no longer locked
          or expired.
        </List.Item>
        <List.Item>The machine starts as always, and the new password is proved on its console.</List.Item>
      </List>
      <Text size="sm">
        Everybody attached to the console watches; whoever began it, or an owner, may stop it. Whatever goes
        wrong, the next plain restart starts the machine as it was.
      </Text>
      {demanded && (
        <Text size="sm">
          Its project demands that a second person who may recover it approves: until then nothing is touched,
          for an hour at most.
        </Text>
      )}
      {root && !root.may.set && <Text>Owners of its project may begin it.</Text>}
      <form onSubmit={submit}>
        <Stack gap="md">
          <Radio.Group
            label="Who restarts it"
            value={restart ?? ''}
            onChange={(value) => setChosen(restarts.find((one) => one === value))}
          >
            <Stack gap="xs" mt={6}>
              <Radio
                value="power"
                label="Its power control"
                disabled={!powered}
                description={powered ? undefined : 'Not set up here'}
              />
              <Radio
                value="sysrq"
                label="Its system, by SysRq over the serial line"
                description="Where Linux still runs there and takes it: what is in memory is written to disk first"
              />
              <Radio value="person" label="I do, within 15 minutes" />
            </Stack>
          </Radio.Group>
          <Switch
            label="Rehearse only"
            description="Restarts it, edits the entry, discards that, and starts the machine as it was"
            checked={rehearsal}
            onChange={(event) => setRehearsal(event.currentTarget.checked)}
          />
          {keys.length > 0 && !rehearsal && (
            <KeysAfterwards
              device={device}
              keys={keys}
              more={hasNextPage}
              value={after}
              onChange={setAfter}
            />
          )}
          <TextInput
            label={`Type ${name} to go on`}
            autoComplete="off"
            spellCheck={false}
            value={confirm}
            onChange={(event) => setConfirm(event.currentTarget.value)}
          />
          {begin.error && <FailureNotice error={begin.error} title="Nothing was begun" />}
          <div>
            <Button
              type="submit"
              color="red"
              disabled={confirm !== name || root?.may.set !== true || restart === undefined}
              loading={begin.isPending}
            >
              {demanded ? 'Ask for approval' : rehearsal ? 'Rehearse' : 'Recover access'}
            </Button>
          </div>
        </Stack>
      </form>
    </Section>
  )
}
