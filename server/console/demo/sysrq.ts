/** Linux prints `[` seconds since boot, right-aligned to 5 places, `]` before each kernel line. */
export const kernelLine = (uptimeMs: number, text: string): string =>
  `[${(uptimeMs / 1000).toFixed(6).padStart(12)}] ${text}\r\n`

const operations: Record<string, string> = {
  b: 'Resetting',
  c: 'Trigger a crash',
  e: 'Terminate All Tasks',
  f: 'Manual OOM execution',
  i: 'Kill All Tasks',
  m: 'Show Memory',
  s: 'Emergency Sync',
  t: 'Show State',
  u: 'Emergency Remount R/O',
  w: 'Show Blocked State',
}

export const sysRqHelp =
  'sysrq: HELP : loglevel(0-9) reboot(b) crash(c) terminate-all-tasks(e) memory-full-oom-kill(f) kill-all-tasks(i) ' +
  'show-memory-usage(m) sync(s) show-task-states(t) unmount(u) show-blocked-tasks(w)'

/** What Linux says to SysRq and this key (Documentation/admin-guide/sysrq.rst). */
export const sysRqAnswer = (key: string): string => {
  const operation = operations[key]
  return operation === undefined ? sysRqHelp : `sysrq: ${operation}`
}
