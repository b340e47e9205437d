import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { startFlags, startProgram } from '../as-started.ts'

/** The gateway as a process of its own, as `scripts/start` runs it. */
export interface GatewayProcess {
  url: string
  pid: number
  /** Everything it wrote for a person. */
  output(): string
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Ends it as Ctrl-C does; gives the exit code. */
  stop(): Promise<number | null>
}

export async function startGatewayProcess(
  environment: Record<string, string>,
  flags: string[] = [],
): Promise<GatewayProcess> {
  const { child, output } = launch(environment, flags)
  const exited = once(child, 'exit')
  const failed = exited.then(([code]) => {
    throw new Error(`The gateway ended with ${code}: ${output()}`)
  })
  failed.catch(() => undefined)
  const url = await Promise.race([told(child, output, /running at (http:\S+)\n[\s\S]*Stop it/), failed])
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    const [code] = await exited
    return code
  }
  return {
    url,
    pid: child.pid ?? 0,
    output,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}

/** Runs a gateway that is expected to end by itself. */
export async function runGateway(environment: Record<string, string>, flags: string[] = []) {
  const { child, output } = launch(environment, flags)
  const [code] = await once(child, 'exit')
  return { code, output: output() }
}

function launch(
  environment: Record<string, string>,
  flags: string[],
): { child: ChildProcess; output(): string } {
  const child = spawn(process.execPath, [...startFlags(), startProgram(), ...flags], {
    env: {
      PATH: process.env.PATH,
      LIFELINE_LOG_LEVEL: 'warn',
      LIFELINE_LISTEN: '127.0.0.1:0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return { child, output: () => text }
}

function told(child: ChildProcess, output: () => string, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = pattern.exec(output())?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout?.on('data', look)
    look()
  })
}

/** The password that the first start shows. */
export function firstPassword(process: GatewayProcess): string {
  return /Password\s+(\S+)/.exec(process.output())?.[1] ?? ''
}
