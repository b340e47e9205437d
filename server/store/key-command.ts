import { spawn } from 'node:child_process'
import { AppError, systemCode } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'

/** A password manager may ask a key server or a card; longer than this it hangs. */
const timeoutMs = 15_000
const mostBytes = 4096
/** How much of what the program complains is shown. */
const complaintLength = 200

/**
 * What a program prints on standard output. It runs without a shell and without input, in a process group of its own,
 * which is killed when it takes longer than 15 s.
 * @throws AppError `wrong-master-key` with the program's own complaint, as far as that can hold no key.
 */
export async function outputOf(argv: readonly string[], timeout = timeoutMs): Promise<Secret> {
  const { stdout, stderr, end } = await run(argv, timeout)
  if (end === 'ended well') return new Secret(stdout.toString('latin1').trim())
  const said = harmless(stderr.toString())
  throw new AppError(
    'wrong-master-key',
    `The command for the master key, ${argv[0]}, ${end}${said && `: ${said}`}. Nothing was changed. ` +
      "Run it by hand as the gateway's user: it must print the key and end with 0.",
  )
}

interface Ended {
  stdout: Buffer
  stderr: Buffer
  end: string
}

function run([program = '', ...args]: readonly string[], timeout: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const output = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
    let stopped: string | undefined
    const stop = (why: string) => {
      stopped ??= why
      killGroup(child.pid)
      // A descendant that left the group may hold them open.
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const timer = setTimeout(() => stop(`did not end within ${timeout / 1000} s`), timeout)
    const finish = (end: string) => {
      clearTimeout(timer)
      resolve({ ...output, end: stopped ?? end })
    }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        if (output[name].length + chunk.length > mostBytes) stop('printed far more than a key')
        else output[name] = Buffer.concat([output[name], chunk])
      })
    }
    child.once('error', (error) => finish(`could not be started (${systemCode(error)})`))
    child.once('close', (code, signal) => finish(code === 0 ? 'ended well' : `ended with ${code ?? signal}`))
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** The last line of what a program complained, without control characters and without anything that could be a key. */
function harmless(complaint: string): string {
  const line = complaint.trim().split('\n').at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
  return plain.replace(/[A-Za-z0-9+/=_-]{20,}/g, '[left out]').slice(0, complaintLength)
}
