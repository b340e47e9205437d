/**
 * usage: scripts/bench [--rounds N] [--of NAME] [--profile DIR] [name...]      names: see below, in scenarios
 *
 * Measures the gateway and its peers in turns, on one machine and in one run, and prints what came out. --of measures one
 * contender alone; --profile keeps a CPU profile of each gateway.
 */
import { parseArgs } from 'node:util'
import built from '../built.ts'
import { bringPackages } from './packages.ts'
import type { Sample } from './results.ts'
import { measureRound } from './round.ts'
import { chromium } from './scenarios/chromium.ts'
import { echo } from './scenarios/echo.ts'
import { idleConsoles } from './scenarios/idle-consoles.ts'
import { interrupt } from './scenarios/interrupt.ts'
import { keysParse } from './scenarios/keys-parse.ts'
import { keysPortal } from './scenarios/keys-portal.ts'
import { longHistory } from './scenarios/long-history.ts'
import { pushConsole } from './scenarios/push-console.ts'
import { pushSsh } from './scenarios/push-ssh.ts'
import { recoveryOfMachine } from './scenarios/recovery.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { stuckViewer } from './scenarios/stuck-viewer.ts'
import { terminalThroughput } from './scenarios/terminal-throughput.ts'
import { thousandConsoles, thousandOfConman } from './scenarios/thousand-consoles.ts'
import { throughput } from './scenarios/throughput.ts'
import { tables } from './table.ts'

const scenarios = [
  throughput,
  terminalThroughput,
  echo,
  thousandConsoles,
  thousandOfConman,
  idleConsoles,
  stuckViewer,
  longHistory,
  keysParse,
  keysPortal,
  pushConsole,
  pushSsh,
  recoveryOfMachine,
  interrupt,
  chromium,
]

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
await main()

async function main(): Promise<void> {
  const { wanted, rounds } = readArguments()
  bringPackages()
  built()
  const samples: Sample[] = []
  for (const scenario of wanted) {
    for (let round = 0; round < rounds; round += 1) samples.push(...(await measureRound(scenario, round)))
  }
  process.stdout.write(
    `\n${tables(
      samples,
      wanted.flatMap(({ goals }) => goals),
    )}`,
  )
}

function readArguments(): { wanted: Scenario[]; rounds: number } {
  const { values, positionals } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      of: { type: 'string' },
      profile: { type: 'string' },
    },
    allowPositionals: true,
  })
  if (values.profile !== undefined) process.env.BENCH_PROFILE = values.profile
  const all = positionals.length === 0 || positionals.includes('all')
  const wanted = scenarios
    .filter(({ name }) => all || positionals.includes(name))
    .map((scenario) => only(scenario, values.of))
  const known = scenarios.map(({ name }) => name)
  const unknown = positionals.filter((name) => name !== 'all' && !known.includes(name))
  if (unknown.length > 0 || !(Number(values.rounds) >= 1)) {
    process.stderr.write(
      `usage: scripts/bench [--rounds N] [--of NAME] [--profile DIR] [all | name...]   names: ${known.join(' ')}\n`,
    )
    process.exit(2)
  }
  return { wanted, rounds: Number(values.rounds) }
}

function only(scenario: Scenario, name: string | undefined): Scenario {
  if (name === undefined) return scenario
  return { ...scenario, contenders: scenario.contenders.filter((contender) => contender.name === name) }
}
