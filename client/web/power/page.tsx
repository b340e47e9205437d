import { Button, Group, Menu, Text } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import type { PowerReading, PowerView } from '../../../server/contract/power.ts'
import { powerQuery } from '../api/power.ts'
import { meQuery } from '../api/queries.ts'
import { Ago } from '../parts/ago.tsx'
import { DevicePage } from '../parts/device-page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Section } from '../parts/section.tsx'
import { Loading } from '../shell/loading.tsx'
import { ActItems } from './act-items.tsx'
import { CertificateQuestion } from './certificate.tsx'
import { ControlForm } from './control-form.tsx'
import { Reading } from './reading.tsx'
import { runHeading } from './words.ts'

/** Whether a machine is on, switching it, and by what it is switched. */
export function PowerPage() {
  const { id } = useParams({ from: '/app/devices/$id/power' })
  return (
    <DevicePage
      id={id}
      title={(name) => `Power of ${name}`}
      description="The BMC is asked when you look, and nothing is remembered: what cannot be asked is not known."
    >
      {(device) => <Power device={device} />}
    </DevicePage>
  )
}

function Power({ device }: { device: Device }) {
  const { data: power, error, refetch, isFetching } = useQuery(powerQuery(device.id))
  const { data: me } = useQuery(meQuery)
  if (error && !power)
    return <FailureNotice error={error} title="The power could not be asked for" retry={refetch} />
  if (!power || !me) return <Loading />
  return (
    <>
      <Section title="State">
        {power.reading === null ? (
          <NotSetUp configure={power.may.configure} />
        ) : (
          <State device={device} power={power} reading={power.reading}>
            <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
              Ask again
            </Button>
          </State>
        )}
        {power.may.configure && <CertificateQuestion device={device} power={power} />}
        <LastAct power={power} />
      </Section>
      {power.may.configure && (
        <Section
          title="Power control"
          description="What switches the machine. It need not be what carries its console."
        >
          {/* Begins anew when somebody has changed it, or accepted a certificate. */}
          <ControlForm key={JSON.stringify(power.control)} device={device} power={power} admin={me.admin} />
        </Section>
      )}
    </>
  )
}

function NotSetUp({ configure }: { configure: boolean }) {
  return (
    <Text>
      Nothing switches this machine from here yet.
      {configure ? ' Say below how it is done.' : ' An owner of its project can set that up.'}
    </Text>
  )
}

interface StateProps {
  device: Device
  power: PowerView
  reading: PowerReading
  children: React.ReactNode
}

function State({ device, power, reading, children }: StateProps) {
  return (
    <>
      <Reading reading={reading} />
      <Group gap="sm">
        {power.may.act && (
          <Menu position="bottom-start" width={280}>
            <Menu.Target>
              <Button rightSection={<IconChevronDown size={16} />}>Switch…</Button>
            </Menu.Target>
            <Menu.Dropdown>
              <ActItems device={device} power={power} />
            </Menu.Dropdown>
          </Menu>
        )}
        {children}
      </Group>
    </>
  )
}

function LastAct({ power: { run } }: { power: PowerView }) {
  if (run === null) return null
  return (
    <Text size="sm" role="status">
      <b>{runHeading(run)}</b> {run.words} <Ago at={run.endedAt ?? run.startedAt} c="dimmed" />
    </Text>
  )
}
