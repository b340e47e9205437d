import type { HostKey } from '../../../server/contract/provision.ts'
import classes from './host-key.module.css'

const heard = { console: 'on its console', 'phone-home': 'over the network' }

/** Host keys by their fingerprints, each with who said so. */
export function HostKeyList({ keys }: { keys: HostKey[] }) {
  return (
    <dl className={classes.keys}>
      {keys.map(({ type, sha256, sources, verified }) => (
        <div key={`${type} ${sha256}`}>
          <dt>
            {type}, heard {sources.map((source) => heard[source]).join(' and ')}
            {!verified && ', not verified'}
          </dt>
          <dd className="mono">{sha256}</dd>
        </div>
      ))}
    </dl>
  )
}
