import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram } from '../lab/process.ts'

/** Programs of the peers and the Debian packages that bring them. */
const packages = { conserver: 'conserver-server', conmand: 'conman', ser2net: 'ser2net', socat: 'socat' }

/** Asked by Debian's packages before they start a daemon; 101 forbids it (invoke-rc.d(8)). */
const policy = '/usr/sbin/policy-rc.d'

/** Installs the peers that are missing, without starting their daemons. */
export function bringPackages(): void {
  const missing = Object.entries(packages).flatMap(([program, name]) =>
    findProgram(program) === undefined ? [name] : [],
  )
  if (missing.length === 0) return
  const remedy = `apt-get install ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || findProgram('apt-get') === undefined) {
    throw new Error(`The bench measures peers that are not on this machine. As root on Debian: ${remedy}`)
  }
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    aptGet(['update', '-q'])
    aptGet(['install', '-y', '-q', '--no-install-recommends', ...missing])
  } finally {
    if (ours) rmSync(policy)
  }
}

function aptGet(args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} ended with ${status}.`)
}
