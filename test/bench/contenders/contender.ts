import type { Target } from '../target.ts'

/** A TCP port of the loopback address, or a program in a terminal. */
export type Device = number | { argv: [string, ...string[]] }

/** A program that holds consoles, measured by the same scenarios as all the others. */
export interface Contender {
  name: string
  /** Starts it afresh with a console for each of these devices. */
  start(devices: Device[]): Promise<Running>
  /** Tells it of the consoles where that takes longer than a start, so that `start` can be measured alone. */
  prepare?(devices: Device[]): Promise<Prepared>
}

export interface Prepared extends AsyncDisposable {
  start(): Promise<Running>
}

export interface Running extends AsyncDisposable {
  pid: number
  /** Where viewers find the consoles, in the order of the devices. */
  targets: Target[]
  /** Bytes that its objects take once what it needs no more is gone, where it can be asked. */
  held?: (() => Promise<number>) | undefined
}

/** For a name in a list of contenders of which each has some of the machine's time in every round. */
export const names = {
  lifeline: 'Lifeline',
  pipe: 'bare pipe',
  conserver: 'conserver',
  conman: 'ConMan',
  socat: 'socat',
  ser2net: 'ser2net',
} as const

/** For programs that know TCP alone. */
export function portOf(device: Device): number {
  if (typeof device !== 'number') throw new Error('This program is measured with TCP only.')
  return device
}
