import type { Clock } from '../../base/clock.ts'

/** Linux prints `[` seconds since boot, right-aligned to 5 places, `]` before each kernel line. */
export const kernelLine = (uptimeMs: number, text: string): string =>
  `[${(uptimeMs / 1000).toFixed(6).padStart(12)}] ${text}\r\n`

/** SYSRQ_TIMEOUT of linux/serial_core.h: the key must follow the BREAK within this time. */
const keyWithinMs = 5000

/** Watches a line for BREAK and the key after it, as the kernel's serial drivers do. */
export class SysRqInput {
  readonly #clock: Clock
  #brokeAt: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  broke(): void {
    this.#brokeAt = this.#clock.monotonic()
  }

  /** What came: the command, if its first byte is one, and the rest, which is for whoever reads the line. */
  take(bytes: Uint8Array): { key: string | undefined; rest: Uint8Array } {
    const [byte] = bytes
    if (byte === undefined || this.#brokeAt === undefined) return { key: undefined, rest: bytes }
    const inTime = this.#clock.monotonic() - this.#brokeAt < keyWithinMs
    this.#brokeAt = undefined
    return inTime
      ? { key: String.fromCharCode(byte), rest: bytes.subarray(1) }
      : { key: undefined, rest: bytes }
  }
}

const operations: Record<string, readonly string[]> = {
  b: ['Resetting'],
  c: ['Trigger a crash', 'Kernel panic - not syncing: sysrq triggered crash', 'Rebooting in 3 seconds..'],
  e: ['Terminate All Tasks'],
  f: ['Manual OOM execution', 'Out of memory: Killed process 4242 (sh) total-vm:2580kB, anon-rss:96kB'],
  i: ['Kill All Tasks'],
  k: ['SAK'],
  l: ['Show backtrace of all active CPUs', 'NMI backtrace for cpu 0', ' default_idle+0x13/0x20'],
  m: ['Show Memory', 'active_anon:1043 inactive_anon:29127 free:187242', '262044 pages RAM'],
  p: ['Show Regs', 'CPU: 0 PID: 0 Comm: swapper/0', 'RIP: 0010:default_idle+0x13/0x20'],
  r: ['Keyboard mode set to system default'],
  s: ['Emergency Sync', 'Emergency Sync complete'],
  t: ['Show State', 'task:systemd         state:S pid:1', 'task:agetty          state:S pid:612'],
  u: ['Emergency Remount R/O', 'Emergency Remount complete'],
  w: ['Show Blocked State'],
}

const help = [
  'HELP : loglevel(0-9) reboot(b) crash(c) terminate-all-tasks(e) memory-full-oom-kill(f) kill-all-tasks(i) ' +
    'sak(k) show-backtrace-all-active-cpus(l) show-memory-usage(m) show-registers(p) unraw(r) sync(s) ' +
    'show-task-states(t) unmount(u) show-blocked-tasks(w)',
]

/** What Linux prints to SysRq and this key (Documentation/admin-guide/sysrq.rst), less than a real one. */
export function sysRqAnswer(key: string): string[] {
  const [operation, ...lines] = operations[key] ?? help
  return [`sysrq: ${operation}`, ...lines]
}

/** Commands after which no shell is left. */
export const endsShell: ReadonlySet<string> = new Set(['e', 'i', 'k'])

/** After which time the machine is reset, for commands that do that. */
export const resetsAfterMs: Readonly<Record<string, number>> = { b: 0, c: 3000 }
