import { expect, test } from 'vitest'
import { dieAtEvery } from '../integration/operator/dead-line.ts'
import { gettyNeeds } from '../lab/getty.ts'

test.skipIf(gettyNeeds() !== undefined)(
  'a link that dies at every 50th byte of a push: the old keys stand, and the next push goes on',
  async (context) => {
    const { points, deaths, last } = await dieAtEvery(50, context)
    expect(deaths.map(({ at }) => at).sort((a, b) => a - b)).toEqual(points)
    const wrong = deaths.filter(({ told, file }) => told !== 'failed unknown' || !/^(old|new)$/.test(file))
    expect(wrong).toEqual([])
    // The last death may have come after the write.
    expect(last.flat().filter((result) => result !== 'added' && result !== 'present')).toEqual([])
  },
)
