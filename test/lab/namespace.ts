import { execFileSync } from 'node:child_process'

/** What a shell prints that sees the files as a process does. */
export function inNamespaceOf(pid: string, script: string): string {
  return execFileSync('nsenter', ['--target', pid, '--mount', 'sh', '-c', script], { encoding: 'utf8' })
}
