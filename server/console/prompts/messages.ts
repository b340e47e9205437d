/**
 * What the kernel, init, cloud-init and syslog print on a console, whatever stands there: into prompts, and into what somebody types.
 * None of it can be matched in two ways, so that hostile text costs no time.
 */
const messages = [
  // printk, with its level when that is shown: `[   12.345678] `, `<6>[   12.345678] `, `[T1234] ` after it.
  /(?:<\d{1,3}>)?\[ {0,7}\d{1,10}\.\d{6}\]/,
  // systemd: `[  OK  ] `, `[FAILED] `, and its moving stars.
  /\[(?: {2}OK {2}|FAILED|DEPEND| INFO | WARN | {0,5}\*{1,3} {0,5})\] /,
  /(?:systemd|cloud-init|systemd-[a-z]{1,20}|dracut|udevd)\[\d{1,7}\]: /,
  /ci-info: /,
  /INIT: /,
  /audit: type=\d/,
  /Message from syslogd@|Broadcast message from /,
]
const anyMessage = new RegExp(messages.map(({ source }) => `(?:${source})`).join('|'))

/** Where in a line a message begins; undefined when there is none. */
export function messageAt(line: string): number | undefined {
  return anyMessage.exec(line)?.index
}
