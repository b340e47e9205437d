import { describe, expect, it } from 'vitest'
import type { PowerControlOf, PowerStep } from '../../../server/contract/power.ts'
import { redfishPower } from '../../../server/power/redfish/index.ts'
import { freePort } from '../../lab/ports.ts'
import type { Manner } from '../../lab/redfish/resources.ts'
import { type RedfishService, startRedfish } from '../../lab/redfish/service.ts'
import { accessTo, powerContract } from './contract.ts'

type Control = PowerControlOf<'redfish'>
const controlOf = ({ host, port, user, fingerprint }: RedfishService): Control => ({
  kind: 'redfish',
  host,
  port,
  username: user,
  certificate: fingerprint,
})

const nobody: Control = { kind: 'redfish', host: '127.0.0.1', port: await freePort(), username: 'lab' }

async function start(manner?: Manner) {
  const service = await startRedfish(manner)
  const farEnd = {
    control: controlOf(service),
    password: service.password,
    isOn: () => service.system().power === 'On',
    close: () => service.close(),
  }
  return { service, ...farEnd }
}

powerContract('redfish', {
  driver: redfishPower,
  start,
  refusals: [
    { name: 'nobody there', control: nobody, password: 'does-not-matter', code: 'refused' },
    { name: 'no password', control: nobody, code: 'credentials-missing' },
    {
      name: 'a name that is none',
      control: { ...nobody, host: 'no-such-host.invalid' },
      password: 'does-not-matter',
      code: 'name-not-found',
    },
  ],
  // What each asks the service for is seen below.
  takes: [],
  lacks: [],
})

/** Runs against a service, and sees that no session of ours is left on it. */
async function against(manner: Manner, work: (on: Awaited<ReturnType<typeof start>>) => Promise<void>) {
  const on = await start(manner)
  try {
    await work(on)
    expect(on.service.sessions()).toBe(0)
  } finally {
    await on.close()
  }
}

const failureOf = (work: Promise<unknown>) => work.catch((error: unknown) => error)

describe('redfish is asked for', () => {
  it.each<[PowerStep, string]>([
    ['on', 'On'],
    ['shutdown', 'GracefulShutdown'],
    ['off', 'ForceOff'],
    ['cycle', 'PowerCycle'],
    ['reset', 'ForceRestart'],
    ['nmi', 'Nmi'],
  ])('%s by the reset %s', (step, type) =>
    against({}, async (on) => {
      await redfishPower.perform(step, accessTo(on))
      expect(on.service.resets()).toEqual([type])
    }),
  )

  it.each<[PowerStep, string]>([
    ['boot-disk', 'Hdd'],
    ['boot-pxe', 'Pxe'],
    ['boot-setup', 'BiosSetup'],
  ])('%s by the target %s, once', (step, target) =>
    against({}, async (on) => {
      await redfishPower.perform(step, accessTo(on))
      const BootSourceOverrideEnabled = 'Once'
      expect(on.service.system().boot).toEqual({
        BootSourceOverrideEnabled,
        BootSourceOverrideTarget: target,
      })
      expect(on.service.resets()).toEqual([])
    }),
  )

  it.each([
    ['PoweringOn', 'off'],
    ['PoweringOff', 'on'],
  ])('a machine that is %s: it is still %s', (state, power) =>
    against({}, async (on) => {
      on.service.system().power = state
      expect(await redfishPower.status(accessTo(on))).toBe(power)
    }),
  )

  it('a state that is neither: it is not known', () =>
    against({}, async (on) => {
      on.service.system().power = 'Paused'
      expect(await failureOf(redfishPower.status(accessTo(on)))).toMatchObject({
        reason: { code: 'protocol' },
      })
    }))
})

describe('redfish services of all manners', () => {
  it('without sessions: the password goes with each request', () =>
    against({ withoutSessions: true }, async (on) => {
      await redfishPower.perform('on', accessTo(on))
      expect(await redfishPower.status(accessTo(on))).toBe('on')
    }))

  it('that say their resets in an ActionInfo: only what is offered is asked for', () =>
    against({ actionInfo: true, resets: ['ForceOn', 'ForceOff'] }, async (on) => {
      await redfishPower.perform('on', accessTo(on))
      expect(on.service.resets()).toEqual(['ForceOn'])
      const failure = await failureOf(redfishPower.perform('nmi', accessTo(on)))
      expect(failure).toMatchObject({ reason: { code: 'not-supported' } })
      expect(String(failure)).toContain('ForceOn, ForceOff')
      expect(on.service.resets()).toEqual(['ForceOn'])
    }))

  it('with sessions alone: the password goes once', () =>
    against({ withoutBasic: true }, async (on) => {
      await redfishPower.perform('on', accessTo(on))
      expect(await redfishPower.status(accessTo(on))).toBe('on')
    }))

  it.each(['boot', 'other'] as const)('that take changes of %s at a settings resource', (settings) =>
    against({ settings }, async (on) => {
      await redfishPower.perform('boot-pxe', accessTo(on))
      expect(on.service.system().boot).toEqual({
        BootSourceOverrideEnabled: 'Once',
        BootSourceOverrideTarget: 'Pxe',
      })
    }),
  )

  it('that were changed since they were looked at: nothing is set over it', () =>
    against({ changesAlone: true }, async (on) => {
      const failure = await failureOf(redfishPower.perform('boot-pxe', accessTo(on)))
      expect(String(failure)).toContain('changed by somebody else at that moment. Order it again.')
      expect(on.service.system().boot).toEqual({})
    }))

  it('with tasks: waits for the end, and tells of one that failed', async () => {
    await against({ tasks: true }, (on) => redfishPower.perform('on', accessTo(on)))
    await against({ tasks: true, taskEnds: 'Exception' }, async (on) => {
      expect(String(await failureOf(redfishPower.perform('on', accessTo(on))))).toMatch(/ended as Exception/)
    })
  })

  it('of several systems: the one that is named, and a question when none is', () =>
    against({ systems: 3 }, async (on) => {
      const failure = await failureOf(redfishPower.perform('on', accessTo(on)))
      expect(String(failure)).toContain('437XR1138R2, node-2, node-3')
      const control = { ...on.control, system: 'node-2' }
      await redfishPower.perform('on', accessTo({ ...on, control }))
      expect([on.isOn(), on.service.system('node-2').power]).toEqual([false, 'On'])
      const none = { ...on.control, system: 'node-9' }
      expect(
        String(await failureOf(redfishPower.perform('on', accessTo({ ...on, control: none })))),
      ).toContain('has no computer system "node-9"')
    }))

  it('with a wrong password: says so, in words that hold neither', () =>
    against({}, async (on) => {
      const failure = await failureOf(redfishPower.status(accessTo({ ...on, password: 'wrong-password' })))
      expect(failure).toMatchObject({ reason: { code: 'wrong-credentials' } })
      expect(String(failure)).not.toContain('wrong-password')
    }))

  it('behind another certificate than the accepted one: nothing is sent', () =>
    against({}, async (on) => {
      await on.service.changeCertificate()
      const failure = await failureOf(redfishPower.status(accessTo(on)))
      const offered = on.service.fingerprint
      expect(failure).toMatchObject({ reason: { code: 'host-key-changed', offered } })
      const { certificate: _, ...unpinned } = on.control
      const unknown = await failureOf(redfishPower.status(accessTo({ ...on, control: unpinned })))
      expect(unknown).toMatchObject({ reason: { code: 'host-key-unknown', offered } })
    }))
})
