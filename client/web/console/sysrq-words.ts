import type { Device } from '../../../server/contract/devices.ts'
import type { SysRqKey } from '../../../server/contract/sysrq.ts'

/** A command of Linux's SysRq (Documentation/admin-guide/sysrq.rst), in words. */
export interface SysRqCommand {
  key: SysRqKey
  name: string
  does: string
  /** It ends or stops something that may be in use. */
  danger: boolean
}

interface Group {
  title: string
  commands: readonly SysRqCommand[]
}

const safe = (key: SysRqKey, name: string, does: string): SysRqCommand => ({ key, name, does, danger: false })
const danger = (key: SysRqKey, name: string, does: string): SysRqCommand => ({
  key,
  name,
  does,
  danger: true,
})

export const sysRqGroups: readonly Group[] = [
  {
    title: 'Look',
    commands: [
      safe('h', 'Help', 'Prints which commands this kernel knows and allows. Changes nothing.'),
      safe('t', 'Show all tasks', 'Prints every task and its stack: thousands of lines on a busy machine.'),
      safe('w', 'Show blocked tasks', 'Prints the tasks that wait for a disk or a lock and cannot be ended.'),
      safe('m', 'Show memory', 'Prints how memory is used.'),
      safe('l', 'Show what CPUs do', 'Prints the stack of every CPU that is at work.'),
      safe('p', 'Show registers', 'Prints registers and flags of the CPU that takes the key.'),
    ],
  },
  {
    title: 'Save',
    commands: [
      safe(
        's',
        'Sync disks',
        'Writes to the disks what is still in memory. Wait for “Emergency Sync complete”.',
      ),
      danger(
        'u',
        'Remount read-only',
        'Makes all file systems read-only: programs that write will fail until a reboot.',
      ),
    ],
  },
  {
    title: 'Stop programs',
    commands: [
      safe(
        'r',
        'Take the keyboard back',
        'Takes the machine’s own keyboard out of raw mode, for when a graphical screen hangs.',
      ),
      danger('e', 'End all programs', 'Asks everything but init to end (SIGTERM). Services stop.'),
      danger(
        'i',
        'Kill all programs',
        'Kills everything but init (SIGKILL). Services stop, unsaved work is lost.',
      ),
      danger('f', 'Kill the largest program', 'Lets the kernel kill the program that uses the most memory.'),
      danger(
        'k',
        'Kill this terminal’s programs',
        'Kills everything on the machine’s current console (secure access key): an open shell ends.',
      ),
    ],
  },
  {
    title: 'Restart',
    commands: [
      danger(
        'b',
        'Reboot at once',
        'Resets the machine without writing anything to the disks. Sync and remount read-only before.',
      ),
      danger(
        'c',
        'Crash',
        'Crashes the kernel on purpose, for a dump where kdump is set up. Without it the machine stays dead or reboots.',
      ),
    ],
  },
]

const commands = sysRqGroups.flatMap((group) => group.commands)

export function sysRqCommand(key: SysRqKey): SysRqCommand | undefined {
  return commands.find((command) => command.key === key)
}

/** The gentlest way down when nothing else works, with what to wait for after each. */
export const reisub: readonly { key: SysRqKey; wait: string }[] = [
  { key: 'r', wait: 'No need to wait.' },
  { key: 'e', wait: 'Give programs some seconds to end.' },
  { key: 'i', wait: 'A second is enough.' },
  { key: 's', wait: 'Wait for “Emergency Sync complete”.' },
  { key: 'u', wait: 'Wait for “Emergency Remount complete”.' },
  { key: 'b', wait: 'The machine resets at once.' },
]

const noBreak: Partial<Record<Device['transport']['kind'], string>> = {
  tcp: 'A plain TCP connection carries bytes and nothing else. Where the console server speaks telnet with RFC 2217, or ssh, choose that transport.',
  unix: 'A socket carries bytes and nothing else.',
  command: 'A program’s terminal has no break that would reach a machine.',
  telnet: 'The console server has not agreed to take a break by telnet.',
  tty: 'This port cannot hold its line for a break.',
  ssh: 'The console server’s ssh does not take a break.',
}

/** Why a line that is connected carries no break. */
export function whyNoBreak({ transport }: Device): string {
  return noBreak[transport.kind] ?? 'Its transport has no way to say it.'
}
