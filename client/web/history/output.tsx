import { Button, Loader } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import classes from './output.module.css'
import { Rows } from './rows.tsx'
import type { HistoryView } from './use-history.ts'
import { type Place, useSliding } from './use-sliding.ts'

interface Props {
  device: Device
  history: HistoryView
  chosen: number | null
  onChoose(offset: number): void
  /** The first line that is seen. */
  onPlace(place: Place | null): void
}

/** What the console printed, to scroll through from the first byte that is held to the newest. */
export function Output({ device, history, chosen, onChoose, onPlace }: Props) {
  const box = useRef<HTMLElement>(null)
  const look = useSliding(box, history, onPlace)
  const { state, window } = history
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => observer.disconnect()
  }, [look])
  const { slabs } = state
  return (
    <section
      ref={box}
      className={classes.output}
      aria-label={`Output of ${device.name}`}
      aria-busy={state.loading !== null}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard to be scrolled by it
      tabIndex={0}
      onScroll={look}
    >
      {slabs.length === 0 ? (
        <Nothing history={history} />
      ) : (
        <>
          <Beginning history={history} />
          {slabs.map((slab, at) => (
            <Rows
              key={slab.from}
              slab={slab}
              isEnd={at === slabs.length - 1}
              chosen={chosen !== null && chosen >= slab.from && chosen < slab.to ? chosen : null}
              onChoose={onChoose}
            />
          ))}
          {window.atEnd ? <Newest device={device} /> : <More history={history} />}
        </>
      )}
      {state.failure && slabs.length > 0 && (
        <FailureNotice
          error={state.failure}
          title="The rest could not be loaded"
          retry={() => void (window.atStart ? window.later() : window.earlier())}
        />
      )}
    </section>
  )
}

function Beginning({ history: { state, window } }: { history: HistoryView }) {
  if (window.atStart) {
    return (
      <div className={classes.edge}>
        {state.oldest > 0
          ? 'What was printed before this is not kept any more'
          : 'The first byte that was ever printed'}
      </div>
    )
  }
  return (
    <div className={classes.edge}>
      {state.loading === 'earlier' ? (
        <Busy words="Loading earlier output" />
      ) : (
        <Button size="compact-xs" variant="default" onClick={() => void window.earlier()}>
          Earlier output
        </Button>
      )}
    </div>
  )
}

function More({ history: { state, window } }: { history: HistoryView }) {
  return (
    <div className={classes.edge}>
      {state.loading === 'later' ? (
        <Busy words="Loading later output" />
      ) : (
        <Button size="compact-xs" variant="default" onClick={() => void window.later()}>
          Later output
        </Button>
      )}
    </div>
  )
}

function Newest({ device }: { device: Device }) {
  return (
    <div className={classes.edge}>
      <span>This is the newest output; more appears here as it is printed.</span>
      <Link to="/devices/$id" params={{ id: device.id }}>
        Live console
      </Link>
    </div>
  )
}

function Nothing({ history: { state } }: { history: HistoryView }) {
  if (state.failure) return null
  return (
    <div className={classes.blank}>
      {state.loading || state.place.serial === 0 ? (
        <Busy words="Loading history" />
      ) : (
        <p>Nothing has been printed yet.</p>
      )}
    </div>
  )
}

function Busy({ words }: { words: string }) {
  return (
    <>
      <Loader size={14} color="gray" aria-hidden />
      <span role="status">{words}</span>
    </>
  )
}
