import { useDocumentTitle } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { Failure } from '../api/failure.ts'
import { watchedDeviceQuery } from '../api/queries.ts'
import { NotFoundPage } from '../not-found/page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { Notice } from '../parts/notice.tsx'
import { Loading } from '../shell/loading.tsx'
import { bytes } from '../words/count.ts'
import { dateTime } from '../words/time.ts'
import { HistoryHeader } from './header.tsx'
import { Output } from './output.tsx'
import classes from './page.module.css'
import { noQuestion } from './question.ts'
import { ResultsPanel } from './results-panel.tsx'
import { SearchForm } from './search-form.tsx'
import { TimeLine } from './time-line.tsx'
import { useHistoryPage } from './use-history-page.ts'

export function HistoryPage() {
  const { id } = useParams({ from: '/app/devices/$id/history' })
  const { data: device, error, refetch } = useQuery(watchedDeviceQuery(id))
  if (device) return <HistoryScreen key={id} device={device} />
  if (error instanceof Failure && error.code === 'not-found') return <NotFoundPage message={error.message} />
  if (error) return <FailureNotice error={error} title="The history could not be opened" retry={refetch} />
  return <Loading />
}

function HistoryScreen({ device }: { device: Device }) {
  useDocumentTitle(`History of ${device.name} · Lifeline`)
  const page = useHistoryPage(device)
  const { history, search, place } = page
  const { state } = history
  return (
    <div className={classes.page}>
      <HistoryHeader device={device} page={page} />
      <div className={classes.searchBar}>
        <SearchForm
          label="Search this console"
          placeholder="Search in everything this console printed"
          question={page.question ?? noQuestion}
          running={search.results.state === 'running'}
          onSearch={page.ask}
          onStop={search.stop}
        />
      </div>
      <TimeLine
        deviceId={device.id}
        at={place?.at ?? null}
        onGo={(time) => page.go(time === 'end' ? 'end' : { time })}
      />
      {state.expired && (
        <Notice tone="trouble" title="That place is not kept any more" className={classes.notice}>
          Old output is removed by age or size. This is the oldest that is held.
        </Notice>
      )}
      {state.failure && state.slabs.length === 0 && (
        <div className={classes.notice}>
          <FailureNotice error={state.failure} title="This place could not be loaded" retry={page.again} />
        </div>
      )}
      <div className={classes.main}>
        <Output
          device={device}
          history={history}
          chosen={page.chosen}
          onChoose={page.choose}
          onPlace={page.setPlace}
        />
        {search.results.state !== 'idle' && (
          <ResultsPanel
            search={search}
            current={page.current}
            onShow={page.show}
            onClose={page.closeSearch}
          />
        )}
      </div>
      <footer className={`${classes.footer} numbers`}>
        <span>{place && (place.at === null ? 'Time unknown' : dateTime(place.at))}</span>
        <span>
          {place &&
            `Offset ${place.offset.toLocaleString('en')} of ${state.end.toLocaleString('en')} (${bytes(state.end - state.oldest)} held)`}
        </span>
      </footer>
    </div>
  )
}
