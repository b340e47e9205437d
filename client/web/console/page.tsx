import { useDocumentTitle } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState, useSyncExternalStore } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { Failure } from '../api/failure.ts'
import { watchedDeviceQuery } from '../api/queries.ts'
import { NotFoundPage } from '../not-found/page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { useNow } from '../parts/now.ts'
import { Loading } from '../shell/loading.tsx'
import { Banners } from './banners.tsx'
import classes from './console.module.css'
import { Ended } from './ended.tsx'
import { Footer } from './footer.tsx'
import { ConsoleHeader } from './header.tsx'
import { KeyRow } from './key-row.tsx'
import { initialModel } from './model.ts'
import { PasteDialog } from './paste-dialog.tsx'
import { StateLine } from './state-line.tsx'
import { stateWords } from './state-words.ts'
import terminalClasses from './terminal.module.css'
import { useConsole } from './use-console.ts'
import { useFont } from './use-font.ts'
import { useHint } from './use-hint.ts'
import { usePaste } from './use-paste.ts'
import { useWatchdog } from './use-watchdog.ts'

export function ConsolePage() {
  const { id } = useParams({ from: '/app/devices/$id' })
  const { data: device, error, refetch, dataUpdatedAt } = useQuery(watchedDeviceQuery(id))
  if (device) return <ConsoleScreen key={id} device={device} answeredAt={dataUpdatedAt} />
  if (error instanceof Failure && error.code === 'not-found') return <NotFoundPage message={error.message} />
  if (error) return <FailureNotice error={error} title="The console could not be opened" retry={refetch} />
  return <Loading />
}

function ConsoleScreen({ device, answeredAt }: { device: Device; answeredAt: number }) {
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const [selected, setSelected] = useState(false)
  const hint = useHint()
  const paste = usePaste()
  const live = useConsole(device, box, {
    onRefused: hint.show,
    onPaste: (text) => paste.offer(text, live?.terminal ?? null),
    onSelection: setSelected,
    onLeave: focusActions,
  })
  const [empty] = useState(() => initialModel(device.settings.size))
  const model = useSyncExternalStore(
    live?.session.subscribe ?? never,
    live?.session.snapshot ?? (() => empty),
  )
  const font = useFont(live?.terminal ?? null, box, model.size)
  useWatchdog(live?.session, model, device, answeredAt)
  const words = stateWords(model, live?.session.heardAt ?? null, useNow())
  useDocumentTitle(`${device.name} · ${words.word} · Lifeline`)
  return (
    <div className={classes.page}>
      <ConsoleHeader
        device={device}
        model={model}
        live={live}
        font={font}
        selected={selected}
        paste={paste}
      />
      <StateLine device={device} model={model} words={words} live={live} />
      <Banners device={device} model={model} live={live} hint={hint} />
      <section className={classes.terminal} aria-label="Terminal">
        <div ref={setBox} className={terminalClasses.frame} />
        {model.link.state === 'ended' && <Ended device={device} link={model.link} />}
      </section>
      <KeyRow live={live} onRefused={hint.show} />
      <Footer model={model} />
      {paste.pending !== null && <PasteDialog paste={paste} terminal={live?.terminal ?? null} />}
    </div>
  )
}

const never = () => () => {}

/** Out of the terminal, to the first thing that can be done with the console. */
function focusActions(): void {
  document.querySelector<HTMLElement>('[data-console-actions] button:not(:disabled)')?.focus()
}
