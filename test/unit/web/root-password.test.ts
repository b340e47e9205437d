import { expect, it } from 'vitest'
import { keptWords, sessionWords } from '../../../client/web/root-password/words.ts'
import { dateTime } from '../../../client/web/words/time.ts'

const may = { reveal: true, use: true, set: true }
const setAt = 1_700_000_000_000

it('says that there never was one', () => {
  const none = { setAt: null, setBy: null, until: null, leftMs: 0, goneAt: null, source: null }
  expect(keptWords({ state: 'none', ...none, may }, 0)).toBe(
    'No root password of this server was ever kept here.',
  )
})

it('says where it came from and how long it is still there', () => {
  const kept = { setAt, setBy: 'ann@example.org', until: setAt + 1, leftMs: 7_200_000, goneAt: null }
  expect(keptWords({ state: 'kept', source: 'provision', ...kept, may }, 7_100_000)).toBe(
    `Set ${dateTime(setAt)}, made at first boot. It is destroyed in 1 h.`,
  )
})

it('says when it was destroyed', () => {
  const gone = { setAt, setBy: 'gateway', until: null, leftMs: 0, goneAt: setAt + 86_400_000 }
  expect(keptWords({ state: 'gone', source: 'person', ...gone, may }, 0)).toContain(
    `destroyed ${dateTime(setAt + 86_400_000)}. Nobody can have it back.`,
  )
})

it('names who opened the session whose use is asked for, where that is known', () => {
  const open = { state: 'somebody', user: 'root', root: true, since: 1, keptOpen: null } as const
  const byBen = sessionWords({ ...open, openedBy: { id: 'usr_ben', name: 'Ben' } })
  expect(byBen).toMatch(/^Ben opened it\. .*only if Ben has agreed$/)
  expect(sessionWords({ ...open, openedBy: null })).toMatch(/only if whoever opened it has agreed$/)
})
