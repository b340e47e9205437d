import type { Contender } from './contenders/contender.ts'
import type { Sample } from './results.ts'
import type { Held, InTurns, OneByOne, Scenario } from './scenarios/scenario.ts'

/** Puts every contender through a scenario once, each time beginning with another one. One that fails is named, and the others go on. */
export async function measureRound(scenario: Scenario, round: number): Promise<Sample[]> {
  const first = round % scenario.contenders.length
  const contenders = [...scenario.contenders.slice(first), ...scenario.contenders.slice(0, first)]
  const running = new Round(scenario.name, round)
  if ('measure' in scenario) await oneByOne(scenario, contenders, running)
  else await inTurns(scenario, contenders, running)
  return running.samples
}

async function oneByOne({ measure }: OneByOne, contenders: Contender[], round: Round): Promise<void> {
  for (const contender of contenders) {
    await round.attempt(contender, async () => round.keep(contender, await measure(contender)))
  }
}

async function inTurns({ turns, open }: InTurns, contenders: Contender[], round: Round): Promise<void> {
  await using shared = new AsyncDisposableStack()
  const hold = open(shared)
  const held = new Map<Contender, Held>()
  const parts = new Map(contenders.map((contender) => [contender, new AsyncDisposableStack()]))
  // One that fails ends at once: the others are measured without it.
  const attempt = async (contender: Contender, run: () => Promise<unknown>): Promise<void> => {
    if (await round.attempt(contender, run)) return
    held.delete(contender)
    await round.attempt(contender, async () => parts.get(contender)?.disposeAsync())
  }
  for (const [contender, own] of parts) {
    await attempt(contender, async () => held.set(contender, await hold(contender, own)))
  }
  for (let number = 0; number < turns; number += 1) {
    for (const [contender, { turn }] of held) await attempt(contender, () => turn(number))
  }
  for (const [contender, { result }] of held) {
    await attempt(contender, async () => round.keep(contender, result()))
  }
  for (const [contender, own] of parts) await round.attempt(contender, () => own.disposeAsync())
}

class Round {
  readonly samples: Sample[] = []
  readonly #scenario: string
  readonly #round: number

  constructor(scenario: string, round: number) {
    this.#scenario = scenario
    this.#round = round
  }

  keep({ name: contender }: Contender, result: Record<string, number>): void {
    for (const [measure, value] of Object.entries(result)) {
      this.samples.push({ measure, contender, round: this.#round, value })
      this.#say(`${contender}: ${measure} ${value.toPrecision(4)}`)
    }
  }

  /** Whether it went well. */
  async attempt({ name }: Contender, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      process.exitCode = 1
      this.#say(`${name} FAILED: ${error instanceof Error ? error.message : error}`)
      return false
    }
  }

  #say(what: string): void {
    process.stderr.write(`${this.#scenario} ${this.#round + 1}: ${what}\n`)
  }
}
