import { describe, expect, it } from 'vitest'
import { LinkError } from '../../../server/console/transport.ts'
import type { CauseCode } from '../../../server/contract/line.ts'
import type { PowerAct, PowerStep } from '../../../server/contract/power.ts'
import { doPowerAct, type Machine } from '../../../server/power/work.ts'

const failure = (code: CauseCode) => new LinkError({ code, message: `It failed: ${code}.` })

interface Bench extends Machine {
  steps: PowerStep[]
  told: string[]
}

/** A machine whose power follows a step after so many looks; time passes only by waiting. */
function machine(options: {
  power: 'on' | 'off'
  /** How many looks until a step shows; one that is absent never does. */
  takes?: Partial<Record<PowerStep, number>>
  fails?: Partial<Record<PowerStep, CauseCode>>
  /** What looking fails with. */
  blind?: CauseCode
}): Bench {
  const { takes = { on: 0, off: 0, shutdown: 0, cycle: 0 }, fails = {}, blind } = options
  let { power } = options
  let coming: { power: 'on' | 'off'; looks: number } | undefined
  let time = 0
  const steps: PowerStep[] = []
  const told: string[] = []
  return {
    steps,
    told,
    async status() {
      if (blind !== undefined) throw failure(blind)
      if (coming !== undefined && coming.looks-- <= 0) {
        power = coming.power
        coming = undefined
      }
      return power
    },
    async perform(step) {
      steps.push(step)
      const code = fails[step]
      if (code !== undefined) throw failure(code)
      const looks = takes[step]
      if (looks !== undefined) coming = { power: step === 'on' || step === 'cycle' ? 'on' : 'off', looks }
    },
    async wait(ms) {
      time += ms
    },
    now: () => time,
    tell: (words) => void told.push(words),
  }
}

const off = (graceSeconds: number): PowerAct => ({ act: 'off', graceSeconds })

describe('a power act', () => {
  it.each<[string, PowerAct, Parameters<typeof machine>[0], PowerStep[], RegExp]>([
    [
      'switches on, and waits until it is so',
      { act: 'on' },
      { power: 'off', takes: { on: 3 } },
      ['on'],
      /is on\.$/,
    ],
    ['leaves on what is on', { act: 'on' }, { power: 'on' }, [], /on already/],
    ['leaves off what is off', off(60), { power: 'off' }, [], /off already/],
    [
      'asks the operating system first',
      off(60),
      { power: 'on', takes: { shutdown: 5 } },
      ['shutdown'],
      /has shut down/,
    ],
    [
      'cuts the power when it was asked in vain',
      off(30),
      { power: 'on', takes: { off: 1 } },
      ['shutdown', 'off'],
      /not shut down within 30 s/,
    ],
    [
      'cuts the power at once when told to',
      off(0),
      { power: 'on', takes: { off: 0 } },
      ['off'],
      /power was cut/,
    ],
    [
      'cuts the power of what cannot be asked',
      off(60),
      { power: 'on', takes: { off: 0 }, fails: { shutdown: 'not-supported' } },
      ['shutdown', 'off'],
      /power was cut/,
    ],
    ['power-cycles', { act: 'cycle' }, { power: 'on', takes: { cycle: 2 } }, ['cycle'], /on again/],
    [
      'switches off and on what has no power cycle',
      { act: 'cycle' },
      { power: 'on', takes: { off: 2, on: 1 }, fails: { cycle: 'not-supported' } },
      ['cycle', 'off', 'on'],
      /off and on: the machine is on again/,
    ],
    ['resets', { act: 'reset' }, { power: 'on' }, ['reset'], /Reset/],
    [
      'sends an NMI also when nobody says whether it is on',
      { act: 'nmi' },
      { power: 'on', blind: 'timeout' },
      ['nmi'],
      /NMI was sent/,
    ],
    [
      'sets the boot device',
      { act: 'boot-once', device: 'pxe' },
      { power: 'off' },
      ['boot-pxe'],
      /next start only/,
    ],
  ])('%s', async (_name, act, how, steps, words) => {
    const bench = machine(how)
    expect(await doPowerAct(act, bench)).toMatch(words)
    expect(bench.steps).toEqual(steps)
  })

  it.each<[string, PowerAct, Parameters<typeof machine>[0], PowerStep[], RegExp]>([
    ['does not reset what is off', { act: 'reset' }, { power: 'off' }, [], /is off\. Switch it on/],
    [
      'tells of an order that is taken and not followed',
      { act: 'on' },
      { power: 'off', takes: {} },
      ['on'],
      /still not on/,
    ],
    [
      'does not switch off what refuses a power cycle otherwise',
      { act: 'cycle' },
      { power: 'on', fails: { cycle: 'no-permission' } },
      ['cycle'],
      /no-permission/,
    ],
    [
      'does not switch off what has no power cycle when nobody can say that it is off',
      { act: 'cycle' },
      { power: 'on', blind: 'not-supported', fails: { cycle: 'not-supported' } },
      ['cycle'],
      /nothing was done/,
    ],
    [
      'does not switch on again what does not go off',
      { act: 'cycle' },
      { power: 'on', takes: {}, fails: { cycle: 'not-supported' } },
      ['cycle', 'off'],
      /still not off/,
    ],
    [
      'tells of what is left switched off',
      { act: 'cycle' },
      { power: 'on', takes: { off: 0 }, fails: { cycle: 'not-supported', on: 'busy' } },
      ['cycle', 'off', 'on'],
      /switched off, and is not on again\. It failed: busy/,
    ],
    [
      'stops at a refusal',
      { act: 'on' },
      { power: 'off', fails: { on: 'no-permission' } },
      ['on'],
      /no-permission/,
    ],
    [
      'does not cut the power when asking fails otherwise',
      off(9),
      { power: 'on', fails: { shutdown: 'timeout' } },
      ['shutdown'],
      /timeout/,
    ],
    [
      'tries nothing with a wrong password',
      { act: 'on' },
      { power: 'off', blind: 'wrong-credentials' },
      [],
      /wrong-credentials/,
    ],
  ])('%s', async (_name, act, how, steps, words) => {
    const bench = machine(how)
    await expect(doPowerAct(act, bench)).rejects.toThrow(words)
    expect(bench.steps).toEqual(steps)
  })

  it('says meanwhile what it waits for', async () => {
    const bench = machine({ power: 'on', takes: { off: 1 } })
    await doPowerAct(off(30), bench)
    expect(bench.told).toEqual([
      expect.stringContaining('After 30 s the power is cut'),
      'The power is being cut.',
    ])
  })
})
