import { LinkError } from '../console/transport.ts'
import type { PowerAct, PowerStep } from '../contract/power.ts'
import { notSupported } from './unsupported.ts'

/** What an act needs of the machine. `wait` resolves after so many milliseconds, and rejects when the work is to end. */
export interface Machine {
  /** Rejects with LinkError when it cannot be had. */
  status(): Promise<'on' | 'off'>
  perform(step: PowerStep): Promise<void>
  wait(ms: number): Promise<void>
  /** Milliseconds of a clock that only runs forwards. */
  now(): number
  /** Says what is being waited for. */
  tell(words: string): void
}

const lookEveryMs = 2000
/** From the order until the BMC says it is so. Big servers take tens of seconds to sequence their power. */
const settleMs = 90_000

/** Does an act and sees that it came true. Resolves with how it came out, in words; rejects with LinkError when it did not. */
export async function doPowerAct(act: PowerAct, machine: Machine): Promise<string> {
  switch (act.act) {
    case 'on':
      return switchOn(machine)
    case 'off':
      return switchOff(machine, act.graceSeconds)
    case 'cycle':
      await demandOn(machine, 'There is nothing to power-cycle')
      return cycle(machine)
    case 'reset':
      await demandOn(machine, 'There is nothing to reset')
      await machine.perform('reset')
      return 'Reset.'
    case 'nmi':
      await demandOn(machine, 'There is nobody to interrupt')
      await machine.perform('nmi')
      return 'The NMI was sent. What the machine makes of it is on its console.'
    case 'boot-once':
      await machine.perform(`boot-${act.device}`)
      return 'Taken. It holds for the next start only.'
  }
}

async function switchOn(machine: Machine): Promise<string> {
  if ((await statusOrUnknown(machine)) === 'on') return 'It was on already. Nothing was done.'
  await machine.perform('on')
  machine.tell('Ordered. Waiting until the machine is on.')
  await until(machine, 'on')
  return 'The machine is on.'
}

async function switchOff(machine: Machine, graceSeconds: number): Promise<string> {
  if ((await statusOrUnknown(machine)) === 'off') return 'It was off already. Nothing was done.'
  // Not every machine can be asked; then its power is cut, as was wanted in the end.
  const asked = graceSeconds > 0 && (await taken(machine, 'shutdown'))
  if (asked) {
    machine.tell(`The operating system was asked to shut down. After ${graceSeconds} s the power is cut.`)
    if (await cameTrue(machine, 'off', graceSeconds * 1000)) return 'The operating system has shut down.'
  }
  await machine.perform('off')
  machine.tell('The power is being cut.')
  await until(machine, 'off')
  return asked ? `It did not shut down within ${graceSeconds} s, so the power was cut.` : 'The power was cut.'
}

/** The public mockup of a rack server offers no power cycle, nor do switched sockets: it is switched off and on then. */
async function cycle(machine: Machine): Promise<string> {
  if (await taken(machine, 'cycle')) {
    machine.tell('Ordered. Waiting until the machine is on again.')
    await until(machine, 'on')
    return 'Power-cycled: the machine is on again.'
  }
  if ((await statusOrUnknown(machine)) !== 'on') throw notSupported(blindCycle)
  await machine.perform('off')
  machine.tell('It has no power cycle of its own: the power is being cut.')
  await until(machine, 'off')
  await onAgain(machine)
  return 'Switched off and on: the machine is on again.'
}

const blindCycle =
  'It has no power cycle of its own, and nobody says whether it is on, so that it might be left switched off: nothing was done.'

async function onAgain(machine: Machine): Promise<void> {
  try {
    await machine.perform('on')
    machine.tell('It was switched off. Waiting until the machine is on again.')
    await until(machine, 'on')
  } catch (error) {
    if (!(error instanceof LinkError)) throw error
    const message = `It was switched off, and is not on again. ${error.reason.message}`
    throw new LinkError({ ...error.reason, message }, { cause: error })
  }
}

/** False where there is no such step, and something else does. */
async function taken(machine: Machine, step: PowerStep): Promise<boolean> {
  try {
    await machine.perform(step)
    return true
  } catch (error) {
    if (error instanceof LinkError && error.reason.code === 'not-supported') return false
    throw error
  }
}

/** A machine that is off takes no such order, and many a BMC says so in riddles. */
async function demandOn(machine: Machine, why: string): Promise<void> {
  if ((await statusOrUnknown(machine)) !== 'off') return
  throw new LinkError({ code: 'other', message: `${why}: the machine is off. Switch it on.` })
}

async function until(machine: Machine, wanted: 'on' | 'off'): Promise<void> {
  if (await cameTrue(machine, wanted, settleMs)) return
  const message = `The order was taken, but after ${settleMs / 1000} s the machine is still not ${wanted}. Look at its console.`
  throw new LinkError({ code: 'timeout', message })
}

async function cameTrue(machine: Machine, wanted: 'on' | 'off', withinMs: number): Promise<boolean> {
  const began = machine.now()
  for (;;) {
    if ((await statusOrUnknown(machine)) === wanted) return true
    if (machine.now() - began >= withinMs) return false
    await machine.wait(lookEveryMs)
  }
}

/** A BMC that is busy with its machine may not answer for a moment; that alone ends nothing. */
async function statusOrUnknown(machine: Machine): Promise<'on' | 'off' | 'unknown'> {
  try {
    return await machine.status()
  } catch (error) {
    if (error instanceof LinkError && mayPass.has(error.reason.code)) return 'unknown'
    throw error
  }
}

const mayPass: ReadonlySet<string> = new Set([
  'timeout',
  'busy',
  'no-answer',
  'closed-by-far-end',
  'protocol',
  'other',
  'not-supported',
])
