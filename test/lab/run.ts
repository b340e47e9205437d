import { spawn } from 'node:child_process'
import { requireProgram } from './process.ts'

/** Debian's own names and paths, whatever the caller's locale and PATH are. */
const environment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
  ...(process.env.http_proxy === undefined ? {} : { http_proxy: process.env.http_proxy }),
}

const quotedOnFailure = 2000

/** Runs a program to its end; rejects with what it said last when it fails. */
export function run(command: string, args: string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(requireProgram(command), args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
    let said = ''
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-quotedOnFailure)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ended with ${signal ?? code}. It said last:\n${said}`))
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
