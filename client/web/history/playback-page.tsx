import { Button, Loader, Select, Text } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconChevronLeft, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { deviceQuery } from '../api/queries.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { PageName } from '../parts/page-name.tsx'
import { Loading } from '../shell/loading.tsx'
import { bytes } from '../words/count.ts'
import pageClasses from './page.module.css'
import classes from './playback.module.css'
import { playableBytes, useCast } from './use-cast.ts'
import { usePlayer } from './use-player.ts'

/** A span of a console's past with its timing, on a screen as it was. */
export function PlaybackPage() {
  const { id } = useParams({ from: '/app/devices/$id/playback' })
  const { from = null, to = null } = useSearch({ from: '/app/devices/$id/playback' })
  const { data: device, error, refetch } = useQuery(deviceQuery(id))
  useDocumentTitle(`Playback of ${device?.name ?? '…'} · Lifeline`)
  const cast = useCast(id, from, to)
  if (error) return <FailureNotice error={error} title="The playback could not be opened" retry={refetch} />
  if (!device) return <Loading />
  // Plain links: pages that are loaded anew have the strict policy again.
  const history = `/devices/${id}/history${from === null ? '' : `?at=${from}`}`
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.header}>
        <Button
          component="a"
          href={history}
          variant="default"
          leftSection={<IconChevronLeft size={16} aria-hidden />}
        >
          History
        </Button>
        <PageName under={cast.data ? `${device.projectName} · ${bytes(cast.data.size)}` : device.projectName}>
          Playback of <span className="mono">{device.name}</span>
        </PageName>
      </header>
      {cast.isPending && (
        <div className={classes.blank}>
          <Loader size="sm" aria-hidden />
          <span role="status">Loading the recording…</span>
        </div>
      )}
      {cast.error && (
        <FailureNotice error={cast.error} title="The recording could not be loaded" retry={cast.refetch} />
      )}
      {cast.data?.kind === 'nothing' && <p className={classes.blank}>Nothing was printed in this span.</p>}
      {cast.data?.kind === 'tooMuch' && (
        <p className={classes.blank}>
          This span is {bytes(cast.data.size)}; a page plays {bytes(playableBytes)} at most. Mark a shorter
          one, or download it as asciicast and play it with asciinema.
        </p>
      )}
      {cast.data?.kind === 'cast' && <Screen cast={cast.data.cast} name={device.name} />}
    </div>
  )
}

const speeds = ['0.5', '1', '2', '4', '8', '16']
const pauses = [
  { value: 'off', label: 'Pauses as they were' },
  { value: '0.5', label: 'Pauses of 0.5 s at most' },
  { value: '2', label: 'Pauses of 2 s at most' },
  { value: '10', label: 'Pauses of 10 s at most' },
]

function Screen({ cast, name }: { cast: string; name: string }) {
  const [speed, setSpeed] = useState('1')
  const [pause, setPause] = useState('2')
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const player = usePlayer(box, {
    cast,
    speed: Number(speed),
    idleLimit: pause === 'off' ? null : Number(pause),
  })
  return (
    <>
      <div className={classes.controls} role="toolbar" aria-label="Playback">
        <Button
          onClick={player.toggle}
          disabled={!player.ready}
          leftSection={
            player.playing ? (
              <IconPlayerPause size={16} aria-hidden />
            ) : (
              <IconPlayerPlay size={16} aria-hidden />
            )
          }
        >
          {player.playing ? 'Pause' : 'Play'}
        </Button>
        <Select
          aria-label="Speed"
          data={speeds.map((value) => ({ value, label: `${value} ×` }))}
          value={speed}
          onChange={(value) => setSpeed(value ?? '1')}
          allowDeselect={false}
          w={92}
        />
        <Select
          aria-label="Pauses"
          data={pauses}
          value={pause}
          onChange={(value) => setPause(value ?? '2')}
          allowDeselect={false}
          w={210}
        />
        <Text size="xs" c="dimmed" visibleFrom="md">
          In the player: Space plays and pauses, ← and → go 5 s, 0 to 9 go to a tenth, . steps, f fills the
          screen.
        </Text>
      </div>
      {player.failed !== null && (
        <FailureNotice error={player.failed} title="The player could not be started" />
      )}
      <section className={classes.screen} aria-label={`Recording of ${name}`}>
        <div ref={setBox} className={classes.box} />
      </section>
    </>
  )
}
