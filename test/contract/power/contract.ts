import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { LinkError } from '../../../server/console/transport.ts'
import type { CauseCode } from '../../../server/contract/line.ts'
import type { PowerControl, PowerControlOf, PowerStep } from '../../../server/contract/power.ts'
import type { PowerDriver } from '../../../server/power/driver.ts'

/** A real far end with a machine behind it, whose power can be seen without the driver. */
export interface PowerFarEnd<K extends PowerControl['kind']> {
  control: PowerControlOf<K>
  password?: string | undefined
  isOn(): boolean | Promise<boolean>
  close(): Promise<void>
}

export interface PowerSuite<K extends PowerControl['kind']> {
  driver: PowerDriver<K>
  /** A machine that is switched off. */
  start(): Promise<PowerFarEnd<K>>
  /** Far ends of which nothing can be had, and why. */
  refusals: { name: string; control: PowerControlOf<K>; password?: string; code: CauseCode }[]
  /** What the far end takes of what a machine that is on can be told. */
  takes: PowerStep[]
  /** What it has no way to do. */
  lacks: PowerStep[]
}

const patience = { timeout: 60_000, interval: 20 }

/** What every power driver promises (server/power/driver.ts), tried on its real far end. */
export function powerContract<K extends PowerControl['kind']>(name: string, suite: PowerSuite<K>): void {
  const { driver } = suite
  describe(name, { timeout: 120_000 }, () => {
    const open: PowerFarEnd<K>[] = []
    const start = async () => {
      const farEnd = await suite.start()
      open.push(farEnd)
      return farEnd
    }
    afterEach(async () => {
      for (const one of open.splice(0)) await one.close()
    })

    it('tells whether the machine is on, and switches it', async () => {
      const machine = await start()
      expect(await driver.status(accessTo(machine))).toBe('off')
      await driver.perform('on', accessTo(machine))
      await expect.poll(() => machine.isOn(), patience).toBe(true)
      expect(await driver.status(accessTo(machine))).toBe('on')
      await driver.perform('off', accessTo(machine))
      await expect.poll(() => machine.isOn(), patience).toBe(false)
      expect(await driver.status(accessTo(machine))).toBe('off')
    })

    it.each(suite.takes)('takes the step %s', async (step) => {
      const machine = await start()
      await driver.perform('on', accessTo(machine))
      await expect.poll(() => machine.isOn(), patience).toBe(true)
      await driver.perform(step, accessTo(machine))
    })

    it.each(suite.lacks)('says that it has no way to %s', async (step) => {
      const machine = await start()
      const failure = await driver.perform(step, accessTo(machine)).catch((error: unknown) => error)
      expect(failure).toMatchObject({ reason: { code: 'not-supported' } })
    })

    it.each(suite.refusals)(
      'of $name it says $code, and no password',
      async ({ control, password, code }) => {
        const failure = await driver.status(accessTo({ control, password })).catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(LinkError)
        expect(failure).toMatchObject({ reason: { code } })
        if (password !== undefined) expect(JSON.stringify(failure)).not.toContain(password)
      },
    )

    it('ends at once when it is told to', async () => {
      const machine = await start()
      const aborted = AbortSignal.abort()
      await expect(driver.status({ ...accessTo(machine), signal: aborted })).rejects.toBeInstanceOf(LinkError)
    })
  })
}

export function accessTo<K extends PowerControl['kind']>({
  control,
  password,
}: Pick<PowerFarEnd<K>, 'control' | 'password'>) {
  return {
    control,
    password: password === undefined ? undefined : new Secret(password),
    allowLocalTargets: true,
    signal: AbortSignal.timeout(60_000),
  }
}
