import { expect, test } from 'vitest'
import { Scribe } from '../../../../server/console/history/scribe.ts'
import { FakeClock } from '../../../fakes/clock.ts'

const mib = 1024 * 1024

test('much may wait for one write, until all consoles together hold much in memory', () => {
  const scribe = new Scribe(new FakeClock())
  expect(scribe.urgentBytes).toBe(mib)
  // A thousand consoles that boot at once.
  for (let console = 0; console < 1000; console += 1) scribe.held(33 * 1024)
  expect(scribe.urgentBytes).toBe(mib / 8)
  scribe.held(-2 * mib)
  expect(scribe.urgentBytes).toBe(mib)
})
