import { parseArgs } from 'node:util'
import { type App, createApp } from './app.ts'
import { AppError, systemCode } from './base/errors.ts'
import { createLog, type Log } from './base/log.ts'
import { type Config, readConfig } from './config.ts'

/** A gateway that does not end by itself in this time after a signal is ended: graceful goodbyes to BMCs take up to 5 s. */
const graceMs = 15_000

const usage = `Usage: scripts/start [--demo]

  --demo   add two devices to try: a box with a login and a shell, and a chatterbox that prints boot logs

Settings come from LIFELINE_* variables and the TOML file that LIFELINE_CONFIG names; see docs/configuration.md.
`

await main()

async function main(): Promise<void> {
  process.umask(0o077)
  try {
    const flags = readFlags()
    if (flags.help) return void process.stdout.write(usage)
    const config = readConfig(process.env)
    // Programs that the gateway starts inherit its environment: the master key is not for them.
    delete process.env.LIFELINE_MASTER_KEY
    const log = createLog(config.logLevel)
    const app = await createApp(config, { log })
    endOnSignal(app, log)
    await serve(app, config, flags.demo)
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  }
}

function readFlags(): { demo: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      options: { demo: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    return { demo: values.demo ?? false, help: values.help ?? false }
  } catch (cause) {
    throw new AppError('bad-request', `${cause instanceof Error ? cause.message : cause}\n\n${usage}`, {
      cause,
    })
  }
}

async function serve(app: App, config: Config, demo: boolean): Promise<void> {
  if (demo) await app.addDemoDevices()
  const port = await app.listen().catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  const host = config.listen.host.includes(':') ? `[${config.listen.host}]` : config.listen.host
  process.stdout.write(`\nLifeline is running at ${config.publicUrl?.origin ?? `http://${host}:${port}`}\n`)
  if (app.firstAdmin !== null) {
    const { email, password } = app.firstAdmin
    process.stdout.write(
      `\n  Sign in as  ${email}\n  Password    ${password.reveal()}\n\n  This password is shown only now. You will set your own at the first sign-in.\n`,
    )
  }
  process.stdout.write('\nStop it with Ctrl-C.\n')
}

function endOnSignal(app: App, log: Log): void {
  let ending = false
  const end = (signal: string): void => {
    if (ending) process.exit(1)
    ending = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), graceMs).unref()
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: String(error) }, 'not everything could be closed')
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
}

function explain(error: unknown): string {
  if (error instanceof AppError) return error.message
  if (systemCode(error) === 'EADDRINUSE') {
    return 'Lifeline does not start: another program listens at that address. Stop it, or choose another with LIFELINE_LISTEN=127.0.0.1:PORT.'
  }
  if (systemCode(error) === 'EACCES') {
    return `Lifeline does not start: it may not use ${error instanceof Error ? error.message : 'a file or port'}.`
  }
  return `Lifeline does not start: ${error instanceof Error ? (error.stack ?? error.message) : error}`
}
