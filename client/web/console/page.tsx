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
import { AddressDialog } from './address-card.tsx'
import { Banners } from './banners.tsx'
import { CheckLoginDialog } from './check-login-dialog.tsx'
import classes from './console.module.css'
import { Ended } from './ended.tsx'
import { Footer } from './footer.tsx'
import { ConsoleHeader } from './header.tsx'
import { JobBar } from './job-bar.tsx'
import { KeyRow } from './key-row.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { LinksDialog } from './links-dialog.tsx'
import { initialModel } from './model.ts'
import { OverTerminal } from './over-terminal.tsx'
import { PasteDialog } from './paste-dialog.tsx'
import { PowerBar } from './power-bar.tsx'
import { SendFileDialog } from './send-file-dialog.tsx'
import { StateLine } from './state-line.tsx'
import { stateWords } from './state-words.ts'
import { SysRqGuide } from './sysrq-guide.tsx'
import terminalClasses from './terminal.module.css'
import { useBell } from './use-bell.ts'
import { useConsole } from './use-console.ts'
import { useFont } from './use-font.ts'
import { useHint } from './use-hint.ts'
import { useModifiers } from './use-modifiers.ts'
import { usePaste } from './use-paste.ts'
import { useSearch } from './use-search.ts'
import { useNews, useTab } from './use-tab.ts'
import { useTerminalSigns } from './use-terminal-signs.ts'
import { useTools } from './use-tools.ts'
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
  const { signs, closeAsked, events } = useTerminalSigns()
  const bell = useBell()
  const news = useNews()
  const modifiers = useModifiers()
  const hint = useHint()
  const paste = usePaste(device)
  const live = useConsole(device, box, {
    onRefused: hint.show,
    onPaste: (text) => paste.offer(text, live?.terminal ?? null),
    ...events,
    onLeave: focusActions,
    onPrinted: news.tab.printed,
    onBell: () => {
      bell.ring()
      news.tab.rang()
    },
    typed: modifiers.apply,
  })
  const [empty] = useState(() => initialModel(device.settings.size))
  const model = useSyncExternalStore(
    live?.session.subscribe ?? never,
    live?.session.snapshot ?? (() => empty),
  )
  const font = useFont(live?.terminal ?? null, box, model.size)
  const search = useSearch(live?.terminal ?? null, signs.found)
  const tools = useTools({ live, box, font, search })
  useWatchdog(live?.session, model, device, answeredAt)
  const words = stateWords(model, live?.session.heardAt ?? null, useNow())
  useTab(device, words, news)
  const back = (close: () => void) => {
    close()
    live?.terminal.focus()
  }
  return (
    <div className={classes.page}>
      <ConsoleHeader
        device={device}
        model={model}
        live={live}
        font={font}
        selected={signs.selected}
        paste={paste}
        tools={tools}
      />
      <StateLine device={device} model={model} words={words} live={live} />
      <Banners device={device} model={model} live={live} hint={hint} />
      <JobBar device={device} model={model} live={live} paste={paste} />
      <PowerBar device={device} live={live} />
      {tools.guide && <SysRqGuide model={model} live={live} onClose={tools.stopGuide} />}
      <section className={classes.terminal} aria-label="Terminal" data-ringing={bell.ringing || undefined}>
        <div ref={setBox} className={terminalClasses.frame} />
        <OverTerminal
          search={search}
          signs={signs}
          toNewest={() => live?.terminal.toNewest()}
          deviceId={device.id}
          oldest={() => live?.terminal.oldest() ?? null}
        />
        {model.link.state === 'ended' && <Ended device={device} link={model.link} />}
      </section>
      {tools.keyRow && <KeyRow live={live} modifiers={modifiers} onRefused={hint.show} />}
      <Footer model={model} />
      <LeaveGuard device={device} model={model} live={live} />
      {signs.asked && <AddressDialog address={signs.asked} onClose={() => back(closeAsked)} />}
      {tools.links && live && (
        <LinksDialog
          links={live.terminal.links()}
          onOpen={events.onOpenAddress}
          onClose={() => back(() => tools.setLinks(false))}
        />
      )}
      {tools.keys && <KeysDialog onClose={() => back(() => tools.setKeys(false))} />}
      {tools.loginCheck && (
        <CheckLoginDialog device={device} onClose={() => back(() => tools.setLoginCheck(false))} />
      )}
      {paste.pending !== null && (
        <PasteDialog device={device} paste={paste} terminal={live?.terminal ?? null} />
      )}
      {paste.choosing && <SendFileDialog device={device} paste={paste} />}
    </div>
  )
}

const never = () => () => {}

/** Out of the terminal, to the first thing that can be done with the console. */
function focusActions(): void {
  document.querySelector<HTMLElement>('[data-console-actions] button:not(:disabled)')?.focus()
}
