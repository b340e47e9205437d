import { Text } from '@mantine/core'
import type { Push } from '../../../server/contract/pushes.ts'
import { Notice, type NoticeTone } from '../parts/notice.tsx'
import { bytes } from '../words/count.ts'
import { duration } from '../words/time.ts'
import { Changes } from './changes.tsx'
import { FoundKeys, PushedKeys } from './key-results.tsx'
import classes from './push.module.css'
import { passedOverWords, stateWords } from './words.ts'

type DevicePush = Push['devices'][number]

const tones: Partial<Record<DevicePush['state'], NoticeTone>> = {
  done: 'good',
  failed: 'danger',
  cancelled: 'trouble',
  interrupted: 'trouble',
}

/** How it went on one device: the way, what was written, and each key. */
export function Outcome({ push, device }: { push: Push; device: DevicePush }) {
  const { state, message, cause, changes, keys, found } = device
  const tone = tones[state]
  return (
    <div className={classes.outcome}>
      {tone ? (
        <Notice tone={tone} urgent title={stateWords[state].word}>
          {message}
          {cause?.offered !== undefined && <div className="mono">It shows {cause.offered}</div>}
        </Notice>
      ) : (
        <Text role="status">{message === '' ? stateWords[state].word : message}</Text>
      )}
      <Facts device={device} />
      <Changes changes={changes} />
      {keys.length > 0 && <PushedKeys push={push} device={device} />}
      {push.act === 'read' && found !== null && <FoundKeys keys={found} />}
    </div>
  )
}

/** With its checksum, to compare with what the tool of that name says on the server. */
const written = (size: number, sum: string | null) => (sum === null ? bytes(size) : `${bytes(size)} (${sum})`)

function Facts({ device }: { device: DevicePush }) {
  const { way, why, hostKey, loginKey, wrote, passedOver, typed, startedAt, endedAt } = device
  if (way === null) return null
  return (
    <dl className={classes.facts}>
      <dt>Way</dt>
      <dd>{why}</dd>
      {hostKey !== null && (
        <>
          <dt>Host key</dt>
          <dd className="mono">{hostKey}</dd>
        </>
      )}
      {loginKey !== null && (
        <>
          <dt>Logged in by</dt>
          <dd className="mono">{loginKey}</dd>
        </>
      )}
      {wrote && (
        <>
          <dt>Written</dt>
          <dd>
            {wrote.path}: {written(wrote.before, wrote.sumBefore)} before,{' '}
            {written(wrote.after, wrote.sumAfter)} after
            {wrote.tightened.length > 0 &&
              `. Write permission of others was taken from ${wrote.tightened.join(', ')}`}
          </dd>
        </>
      )}
      {passedOver.length > 0 && (
        <>
          <dt>Not written to</dt>
          <dd>
            {passedOver.map(({ entry, why: passed }) => (
              <div key={entry}>
                {entry}: {passedOverWords[passed]}
              </div>
            ))}
          </dd>
        </>
      )}
      {typed > 0 && (
        <>
          <dt>Typed</dt>
          <dd>{bytes(typed)}</dd>
        </>
      )}
      {startedAt !== null && endedAt !== null && (
        <>
          <dt>Took</dt>
          <dd>{duration(endedAt - startedAt)}</dd>
        </>
      )}
    </dl>
  )
}
