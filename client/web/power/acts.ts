import type { PowerAct, PowerView } from '../../../server/contract/power.ts'
import type { Body } from '../api/call.ts'

/** Something that can be done to a machine's power, as it is offered and asked about. */
export interface OfferedAct {
  label: string
  act: Body<'switchPower'>['act']
  /** What happens, before somebody says yes. */
  does: string
  /** What was not saved on the machine is lost, or it may be. */
  harsh: boolean
  /** Makes sense only with the machine in this state; always where absent. */
  needs?: 'on' | 'off'
}

const lost = 'The operating system is not asked: what it has not written to disk is lost.'
const once = 'The next start, and only that one, '
const later = ' Nothing is restarted now.'

export const offeredActs: readonly OfferedAct[] = [
  { label: 'Turn on', act: { act: 'on' }, does: 'The machine starts.', harsh: false, needs: 'off' },
  {
    label: 'Shut down',
    act: { act: 'off' },
    does: 'The operating system is asked to shut down. If the machine still runs after a minute, its power is cut.',
    harsh: true,
    needs: 'on',
  },
  {
    label: 'Cut the power',
    act: { act: 'off', graceSeconds: 0 },
    does: `It is switched off at once. ${lost}`,
    harsh: true,
    needs: 'on',
  },
  {
    label: 'Power cycle',
    act: { act: 'cycle' },
    does: `It is switched off and on again. ${lost}`,
    harsh: true,
    needs: 'on',
  },
  {
    label: 'Reset',
    act: { act: 'reset' },
    does: `As by its reset button. ${lost}`,
    harsh: true,
    needs: 'on',
  },
  {
    label: 'Send an NMI',
    act: { act: 'nmi' },
    does: 'A diagnostic interrupt. Many kernels print on it what they know, and many restart.',
    harsh: true,
    needs: 'on',
  },
  {
    label: 'Boot once from disk',
    act: { act: 'boot-once', device: 'disk' },
    does: `${once}is from its disk.${later}`,
    harsh: false,
  },
  {
    label: 'Boot once from the network',
    act: { act: 'boot-once', device: 'pxe' },
    does: `${once}is from the network (PXE).${later}`,
    harsh: false,
  },
  {
    label: 'Boot once into setup',
    act: { act: 'boot-once', device: 'setup' },
    does: `${once}leads into the firmware’s setup.${later}`,
    harsh: false,
  },
]

/** Whether an act can be ordered now. A machine whose state is not known may be told anything. */
export function canOrder({ needs }: OfferedAct, { reading, run }: PowerView): boolean {
  if (reading === null || run?.state === 'running') return false
  return needs === undefined || reading.power === 'unknown' || reading.power === needs
}

/** What an order is called, in a sentence. */
export function nameOfAct(act: PowerAct): string {
  switch (act.act) {
    case 'boot-once':
      return {
        disk: 'Boot once from disk',
        pxe: 'Boot once from the network',
        setup: 'Boot once into setup',
      }[act.device]
    case 'off':
      return act.graceSeconds === 0 ? 'Cut the power' : 'Shut down'
    case 'on':
      return 'Turn on'
    case 'cycle':
      return 'Power cycle'
    case 'reset':
      return 'Reset'
    case 'nmi':
      return 'Send an NMI'
  }
}
