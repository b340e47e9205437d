import { beforeEach, describe, expect, test } from 'vitest'
import type { Act } from '../../../server/audit/entry.ts'
import type { DeviceRecord } from '../../../server/devices/record.ts'
import { type Approvals, approvalMs, createApprovals } from '../../../server/recover/approvals.ts'
import { createWaitingRoom, type WaitingRoom } from '../../../server/recover/waiting-room.ts'
import { FakeClock } from '../../fakes/clock.ts'

let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock()
})

describe('a waiting room', () => {
  let room: WaitingRoom<{ id: string; until: number }>
  let lapsed: string[]
  beforeEach(() => {
    lapsed = []
    room = createWaitingRoom(clock, (deviceId, { id }) => lapsed.push(`${deviceId} ${id}`))
  })

  test('lets each go when its time is over, once', () => {
    room.enter('one', { id: 'a', until: clock.now() + 100 })
    room.enter('two', { id: 'b', until: clock.now() + 200 })
    clock.advance(99)
    expect(room.find('one')).toMatchObject({ id: 'a' })
    clock.advance(101)
    expect(lapsed).toEqual(['one a', 'two b'])
    expect([room.find('one'), clock.timers]).toEqual([undefined, 0])
  })

  test('finds none whose time went by while the machine slept', () => {
    room.enter('one', { id: 'a', until: clock.now() + 100 })
    clock.setWall(100)
    expect(room.find('one')).toBeUndefined()
  })

  test('forgets who left, and holds no timer when it is closed', async () => {
    room.enter('one', { id: 'a', until: clock.now() + 100 })
    room.enter('one', { id: 'b', until: clock.now() + 100 })
    room.leave('one')
    room.enter('two', { id: 'c', until: clock.now() + 100 })
    await room.close()
    expect(clock.timers).toBe(0)
    clock.advance(100)
    expect(lapsed).toEqual([])
  })
})

describe('the say of a second person', () => {
  const device = { id: 'dev_1', projectId: 'prj_1', name: 'web-1' } as DeviceRecord
  const ann = { id: 'usr_ann', name: 'ann@example.org', label: 'Ann', address: null, capacity: {} }
  const ben = { id: 'usr_ben', name: 'ben@example.org', label: 'Ben', address: null, capacity: {} }
  const answer = { recovery: 'rec_1', by: ben, reason: null }
  let said: string[]
  let acts: Act[]
  let ready: Promise<string | undefined>
  let refusal: Error | undefined
  let approvals: Approvals<string>
  beforeEach(() => {
    said = []
    acts = []
    ready = Promise.resolve('ready')
    refusal = undefined
    approvals = createApprovals<string>({
      clock,
      audit: { recordOrLog: async (act) => void acts.push(act) },
      begin(_, how) {
        if (refusal !== undefined) throw refusal
        said.push(how)
      },
      ended: (_, state) => said.push(state),
    })
    const until = clock.now() + approvalMs
    approvals.ask({ id: 'rec_1', until, by: ann, device, prepare: () => ready })
  })

  test('begins it once, whoever says it at the same time', async () => {
    const answers = await Promise.allSettled([
      approvals.approve(device, answer),
      approvals.refuse(device, answer),
      approvals.withdraw(device, ann, false),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(said).toEqual(['ready'])
    clock.advance(approvalMs)
    expect(said).toEqual(['ready'])
  })

  test('that cannot be followed now is asked for again, until its time is over', async () => {
    refusal = new Error('Somebody else types.')
    await expect(approvals.approve(device, answer)).rejects.toThrow(refusal)
    clock.advance(approvalMs)
    expect(said).toEqual(['lapsed'])
    await expect(approvals.approve(device, answer)).rejects.toMatchObject({ code: 'already-exists' })
  })

  test('comes too late when the gateway is stopped, and the audit says so', async () => {
    await approvals.close()
    expect(said).toEqual(['lapsed'])
    expect(acts).toMatchObject([
      { action: 'recovery.lapsed', deviceId: 'dev_1', detail: { orderedBy: ann.name, because: 'stopped' } },
    ])
    expect(clock.timers).toBe(0)
  })
})
