import { expect, test } from 'vitest'
import { gettyNeeds } from '../lab/getty.ts'
import { dieAtEvery } from './operator/dead-line.ts'

// A third of them: each costs seconds of login and typing. scripts/soak has every 50th byte.
test.skipIf(gettyNeeds() !== undefined)(
  'a link that dies at every 150th byte of a push: the old keys stand, and the next push goes on',
  async (context) => {
    const { points, deaths, last } = await dieAtEvery(150, context)
    expect(deaths.map(({ at }) => at).sort((a, b) => a - b)).toEqual(points)
    const wrong = deaths.filter(({ told, file }) => told !== 'failed unknown' || !/^(old|new)$/.test(file))
    expect(wrong).toEqual([])
    // The last death may have come after the write.
    expect(last.flat().filter((result) => result !== 'added' && result !== 'present')).toEqual([])
  },
)
