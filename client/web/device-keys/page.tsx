import { Button, Switch, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import type { EffectivePage } from '../../../server/contract/keys.ts'
import { rewritesWords } from '../../../server/contract/rewriters.ts'
import { deviceKeysQuery } from '../api/keys.ts'
import { Ago } from '../parts/ago.tsx'
import { DevicePage } from '../parts/device-page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { Loading } from '../shell/loading.tsx'
import classes from './device-keys.module.css'
import { EffectiveTable } from './effective-table.tsx'
import { Strangers } from './strangers.tsx'
import { useChoice } from './use-choice.ts'
import { isGone } from './words.ts'

/** Who can log in on a device, and why. */
export function DeviceKeysPage() {
  const { id } = useParams({ from: '/app/devices/$id/keys' })
  return (
    <DevicePage
      id={id}
      title={(name) => `Who can log in on ${name}`}
      description="As root, by which key, and why: the keys of its project, and those of the people who own it or work on it."
      actions={(device) => device.may.write && <Acts device={device} />}
    >
      {(device) => <Keys device={device} />}
    </DevicePage>
  )
}

function Acts({ device: { id } }: { device: Device }) {
  return (
    <>
      <Button
        variant="default"
        renderRoot={(props) => (
          <Link to="/devices/$id/push" params={{ id }} search={{ act: 'read' }} {...props} />
        )}
      >
        Read keys
      </Button>
      <Button renderRoot={(props) => <Link to="/devices/$id/push" params={{ id }} {...props} />}>
        Push keys to this server
      </Button>
    </>
  )
}

function Keys({ device }: { device: Device }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    deviceKeysQuery(device.id),
  )
  const [first] = data?.pages ?? []
  if (error && !first)
    return <FailureNotice error={error} title="The keys could not be loaded" retry={refetch} />
  if (!first) return <Loading />
  const keys = data?.pages.flatMap((page) => page.keys) ?? []
  return (
    <div className={classes.page}>
      <Summary device={device} page={first} />
      {first.rewriter !== null && keys.some(isGone) && (
        <Notice tone="trouble" title="Keys that were pushed are gone">
          {rewritesWords(first.rewriter)}
        </Notice>
      )}
      <EffectiveTable device={device} keys={keys} maySelect={first.may.select} />
      {hasNextPage && (
        <div>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {first.strangers.length > 0 && <Strangers device={device} strangers={first.strangers} />}
    </div>
  )
}

/** When the server was read, and what becomes of keys about which nobody chose. */
function Summary({ device, page }: { device: Device; page: EffectivePage }) {
  const { choose, choosing } = useChoice(device)
  return (
    <>
      <div className={classes.summary}>
        <Text size="sm" c="dimmed" maw={560}>
          {page.readAt === null ? (
            'What is really on the server has not been read yet.'
          ) : (
            <>
              The server’s own list was read <Ago at={page.readAt} />.
            </>
          )}{' '}
          Choices count from the next first boot or push on; they take nothing off a server by themselves.
        </Text>
        <Switch
          label="Hand out new keys too"
          checked={page.byDefault}
          disabled={!page.may.select || choosing}
          onChange={(event) => choose({ byDefault: event.currentTarget.checked })}
        />
      </div>
      {!page.byDefault && (
        <Notice tone="trouble">
          A key that is added later, or comes with a new member, is not handed out here until somebody chooses
          it.
        </Notice>
      )}
    </>
  )
}
