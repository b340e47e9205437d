import type { Alarm, Attention } from '../contract/devices.ts'
import { alarms } from '../contract/devices.ts'
import { plainText } from './plain-text.ts'

const lineLength = 200

/**
 * What a console prints when somebody should look, worst first. One line each of what Linux, Xen and firmware print; no part can be matched
 * in two ways, so that hostile bytes cost no time.
 */
const patterns: Record<Exclude<Alarm, 'host-keys' | 'rebooted'>, RegExp> = {
  panic: /Kernel panic - not syncing|Unable to mount root fs|Entering emergency mode|Panic on CPU \d/,
  oops: /\bOops: |BUG: unable to handle|BUG: soft lockup|general protection fault|Internal error: Oops|blocked for more than \d+ seconds/,
  // `mce: CPU0: Thermal monitoring enabled` and `EDAC MC: Ver: 3.0.0` are printed at every boot.
  hardware:
    /\[Hardware Error\]|mce: Uncorrected|EDAC \w{1,16}: \d{1,9} [CU]E\b|PCIe Bus Error|NMI: (?:PCI|IOCK) error/,
  storage:
    /I\/O error\b|EXT4-fs error|XFS \(\S{1,32}\): (?:Corruption|metadata I\/O)|Remounting filesystem read-only/,
  memory: /Out of memory: Kill|invoked oom-killer/,
}
/** Whether a chunk needs a second look at all: most hold none. */
const any = new RegExp(
  Object.values(patterns)
    .map(({ source }) => source)
    .join('|'),
)
const booting = /Linux version \d|GNU GRUB|Booting `|SeaBIOS|^U-Boot /m
const login = /(?:^|[\r\n])[^\r\n]{0,80}login: ?$/

/** Everything alarming in what was printed (latin-1), in its order. */
export function findAlarms(printed: string): Omit<Attention, 'at'>[] {
  if (!any.test(printed)) return []
  return plainText(Buffer.from(printed, 'latin1'))
    .split(/[\r\n]+/)
    .flatMap((line) => {
      const alarm = alarmOf(line)
      return alarm === undefined ? [] : [{ alarm, line: line.trim().slice(0, lineLength) }]
    })
}

function alarmOf(line: string): Alarm | undefined {
  for (const [alarm, pattern] of Object.entries(patterns)) {
    if (pattern.test(line)) return alarm as Alarm
  }
  return undefined
}

/** The one that is kept: the worst, and of those as bad the first, which is nearest to the cause. */
export function worse(kept: Attention | null, found: Attention): Attention {
  if (kept === null) return found
  return alarms.indexOf(found.alarm) < alarms.indexOf(kept.alarm) ? found : kept
}

/** Whether a machine comes up, by what was printed (latin-1). */
export const boots = (printed: string): boolean => booting.test(printed)

/** Whether what was printed (latin-1) ends with the question for a login. */
export const asksLogin = (printed: string): boolean => login.test(printed)
