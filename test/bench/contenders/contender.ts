import type { Target } from '../target.ts'

/** A program that holds consoles, measured by the same scenarios as all the others. */
export interface Contender {
  name: string
  /** Starts it afresh with a console on each of these ports of the loopback address. */
  start(ports: number[]): Promise<Running>
  /** Tells it of the consoles where that takes longer than a start, so that `start` can be measured alone. */
  prepare?(ports: number[]): Promise<Prepared>
}

export interface Prepared extends AsyncDisposable {
  start(): Promise<Omit<Running, 'targets'>>
}

export interface Running extends AsyncDisposable {
  pid: number
  /** Where viewers find the consoles, in the order of the ports. */
  targets: Target[]
}

/** For a name in a list of contenders of which each has some of the machine's time in every round. */
export const names = { lifeline: 'Lifeline', pipe: 'bare pipe', conserver: 'conserver' } as const
