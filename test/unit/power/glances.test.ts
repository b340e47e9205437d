import { beforeEach, expect, test } from 'vitest'
import { createLog } from '../../../server/base/log.ts'
import type { PowerReading } from '../../../server/contract/power.ts'
import type { Control } from '../../../server/power/controls.ts'
import { createGlances, type Glances } from '../../../server/power/glances.ts'
import { FakeClock } from '../../fakes/clock.ts'

const second = 1000

let clock: FakeClock
let controls: Map<string, Control>
let glances: Glances
let asked: { deviceId: string; wanted: () => boolean; answer: (reading?: PowerReading) => void }[]

const control = (deviceId: string): Control => ({
  deviceId,
  control: { kind: 'command', steps: {} },
  allowLocalTargets: true,
  passwordKept: false,
})
const isOn = (): PowerReading => ({ power: 'on', at: clock.now() })

beforeEach(() => {
  clock = new FakeClock()
  controls = new Map([['a', control('a')]])
  asked = []
  glances = createGlances({
    clock,
    log: createLog('silent'),
    controlOf: (deviceId) => controls.get(deviceId),
    ask: (deviceId, wanted) =>
      new Promise((answer) => {
        asked.push({ deviceId, wanted, answer })
      }),
  })
})

test('asks once however often somebody looks, and tells what came for 30 s', async () => {
  expect(glances.of('a')).toEqual({ reading: null, pending: true })
  expect(glances.of('a')).toEqual({ reading: null, pending: true })
  expect(asked).toHaveLength(1)
  const reading = isOn()
  asked[0]?.answer(reading)
  await glances.settled()
  clock.advance(29 * second)
  expect(glances.of('a')).toEqual({ reading, pending: false })
  clock.advance(second)
  expect(glances.of('a')).toEqual({ reading, pending: true })
  expect(asked).toHaveLength(2)
})

test('wants an answer for as long as somebody looks, and 10 s more', async () => {
  glances.of('a')
  clock.advance(9 * second)
  glances.of('a')
  clock.advance(9 * second)
  expect(asked[0]?.wanted()).toBe(true)
  clock.advance(second)
  expect(asked[0]?.wanted()).toBe(false)
  asked[0]?.answer()
  await glances.settled()
  expect(glances.of('a')).toEqual({ reading: null, pending: true })
  expect(asked).toHaveLength(2)
})

test('forgets with the control, and when the machine is switched', async () => {
  glances.heard('a', isOn())
  expect(glances.of('a').pending).toBe(false)
  glances.forget('a')
  expect(glances.of('a')).toEqual({ reading: null, pending: true })
  controls.set('a', control('a'))
  asked[0]?.answer(isOn())
  await glances.settled()
  expect(glances.of('a'), 'what another control said').toEqual({ reading: null, pending: true })
  controls.delete('a')
  expect(glances.of('a')).toEqual({ reading: null, pending: false })
})
