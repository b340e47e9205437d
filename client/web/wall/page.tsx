import { Button, Paper, Text } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import { useFleet } from '../devices/use-fleet.ts'
import { Notice } from '../parts/notice.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Loading } from '../shell/loading.tsx'
import { wantsAttention } from '../words/attention.ts'
import { count } from '../words/count.ts'
import { AddToWall } from './add-device.tsx'
import { idsOf, moved, wallOf } from './search.ts'
import { Tile } from './tile.tsx'
import { usePacer } from './use-pacer.ts'
import classes from './wall.module.css'

/** Up to sixteen live consoles side by side. */
export function WallPage() {
  const ids = idsOf(useSearch({ from: '/app/wall' }))
  const navigate = useNavigate()
  const { devices, link } = useFleet()
  const show = (wanted: readonly string[]) =>
    navigate({ to: '/wall', search: wallOf(wanted), replace: true, resetScroll: false })
  const known = new Map(devices?.map((device) => [device.id, device]))
  const shown = ids.flatMap((id) => known.get(id) ?? [])
  const wanting = shown.filter(({ console }) => wantsAttention(console)).length
  return (
    <div className={classes.page}>
      <PageHeader
        title={ids.length === 0 ? 'Wall' : `Wall of ${count(shown.length, 'console')}`}
        wanting={wanting}
        actions={
          devices &&
          ids.length > 0 && <AddToWall devices={devices} shown={ids} onAdd={(id) => show([...ids, id])} />
        }
      />
      {link.state === 'lost' && (
        <Notice tone="trouble" urgent icon={IconPlugConnectedX} title="The gateway does not answer">
          {link.why} This page comes back by itself.
        </Notice>
      )}
      {!devices && link.state !== 'lost' && <Loading />}
      {devices && ids.length > shown.length && (
        <Notice tone="trouble" title={missingWords(ids.length - shown.length)}>
          There is no such device any more, or you may not see it.{' '}
          <Button size="compact-xs" variant="default" onClick={() => show(shown.map(({ id }) => id))}>
            Take off the wall
          </Button>
        </Notice>
      )}
      {devices && ids.length === 0 && <EmptyWall devices={devices} onAdd={(id) => show([id])} />}
      {shown.length > 0 && <Tiles devices={shown} ids={ids} show={show} />}
    </div>
  )
}

interface TilesProps {
  devices: readonly Device[]
  ids: readonly string[]
  show: (ids: readonly string[]) => void
}

function Tiles({ devices, ids, show }: TilesProps) {
  const pacer = usePacer()
  const [active, setActive] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const move = (id: string, by: number) => {
    const next = moved(ids, id, by)
    const name = devices.find((device) => device.id === id)?.name ?? ''
    setSaid(`${name} is at place ${next.indexOf(id) + 1} of ${next.length}`)
    show(next)
  }
  return (
    <>
      <ul className={classes.wall} data-tiles={columnsOf(devices.length)} aria-label="Consoles">
        {devices.map((device) => (
          <Tile
            key={device.id}
            device={device}
            pacer={pacer}
            active={active === device.id}
            onActivate={setActive}
            onMove={move}
            onDrop={(dragged, onto) => move(dragged, ids.indexOf(onto) - ids.indexOf(dragged))}
            onRemove={(id) => show(ids.filter((one) => one !== id))}
          />
        ))}
      </ul>
      <div role="status" className={classes.said}>
        {said}
      </div>
    </>
  )
}

/** Columns on a wide screen: as square as it gets. */
function columnsOf(tiles: number): number {
  return Math.min(4, Math.ceil(Math.sqrt(tiles)))
}

function missingWords(many: number): string {
  return many === 1 ? 'One console of this wall is not shown' : `${many} consoles of this wall are not shown`
}

function EmptyWall({ devices, onAdd }: { devices: readonly Device[]; onAdd: (id: string) => void }) {
  return (
    <Paper withBorder p="xl">
      <Text fw={600}>Several consoles at a glance</Text>
      <Text size="sm" c="dimmed" mt={4} mb="md" maw={560}>
        Up to {limits.wallTiles} consoles live on one page. Add them here, or select them in the{' '}
        <Link to="/" search={{ by: 'project' }}>
          list of devices
        </Link>
        . The address keeps the wall: bookmark it, or send it to a colleague.
      </Text>
      <AddToWall devices={devices} shown={[]} onAdd={onAdd} />
    </Paper>
  )
}
