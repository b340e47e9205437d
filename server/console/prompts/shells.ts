import type { CursorLine } from './cursor-line.ts'
import { loginDone } from './logins.ts'
import type { Prompt } from './prompt.ts'

/**
 * Prompts of shells, each for the whole line up to the cursor. `end` is what tells root from others; what follows it is typed. They are
 * strict: text that only ends like a prompt (a progress bar, a comment, a price) is none.
 */
const shells: readonly RegExp[] = [
  // root@web-1:~# , [ann@web-1 src]$ , ann@web-1 ~> , [12:03:04] root@web-1:/var/log (main)# ; fish pads for old terminals: $<3>root@web-1 ~#
  /^(?<before>(?:\([^()]{1,40}\) |\[[^[\]@]{1,40}\] ?|\d\d:\d\d(?::\d\d)? |\$<\d{1,3}>)*)\[?(?<user>[a-z_][\w.-]{0,31})@(?<host>\(none\)|[\w.-]{1,64})(?<place>\]|(?:[: ][^#$%>❯]{0,200}?)?\]?) ?(?<end>[#$%>❯])(?: (?<typed>.*))?$/u,
  // ESXi: [root@esx1:~]
  /^\[(?<user>[a-z_][\w.-]{0,31})@(?<host>[\w.-]{1,64}):[^\]]{1,200}\](?<end>) (?<typed>.*)$/,
  // bash-5.1# , sh-5.2$ , -sh-5.2#
  /^-?(?:ba|da|k|mk|z)?sh(?:-\d[\w.]{0,15})?(?<end>[#$%])(?: (?<typed>.*))?$/,
  // BusyBox, Alpine: / # , ~ $ , web-1:~# , web-1:/etc/init.d # ; tcsh: web-1:~>
  /^(?:[\w.-]{1,64}:)?(?:~|\/)[^\s#$%>]{0,200} ?(?<end>[#$%>])(?: (?<typed>.*))?$/,
  // zsh, ksh of OpenBSD: web-1# , web-1% , web-1$ ; the blank tells it from a switch
  /^[\w.-]{1,64}(?<end>[#$%]) (?<typed>.*)$/,
  // tcsh: [web-1:~] ann%
  /^\[[\w.-]{1,64}:[^\]]{1,200}\] (?<user>[a-z_][\w.-]{0,31})(?<end>[#%>]) (?<typed>.*)$/,
  // the second line of tall prompts: └─# , ╰─$ , ❯
  /^[└╰][─╴]{0,3}(?<end>[#$%❯➤λ])(?: (?<typed>.*))?$/u,
  /^(?<end>[❯λ➜]) (?<typed>.*)$/u,
  // a bare one, nothing else in the line
  /^(?<end>[#$%]) (?<typed>.*)$/,
  // the initial RAM disk's
  /^\(initramfs\)(?<end>) (?<typed>.*)$/,
  /^(?:dracut|rd\.sh|switch_root|emergency):[^#]{0,80}(?<end>#) (?<typed>.*)$/,
]

/** A shell that is the first process, or stands before it. */
const firstProcess = /^(?:\(initramfs\)|(?:dracut|rd\.sh|switch_root|emergency):|[^#$]{0,40}@\(none\))/

/** The shell's prompt that the cursor stands in, or undefined. */
export function shellPrompt(line: CursorLine): Prompt | undefined {
  for (const shell of shells) {
    const match = shell.exec(line.before)
    const { end = '', user, typed = '' } = match?.groups ?? {}
    const prompt = line.before.slice(0, line.before.length - typed.length)
    if (match === null || isAmount(prompt)) continue
    return {
      kind: 'shell',
      user: user ?? null,
      root: isRoot(user, end, line.before),
      typed: typed.trimStart() + typedAfter(line.after),
      disturbed: line.disturbed,
      first: firstProcess.test(line.before),
      loggedInAs: loginDone(line.above),
      evidence: prompt.trimEnd(),
    }
  }
  return undefined
}

function isRoot(user: string | undefined, end: string, line: string): boolean | null {
  if (user === 'root' || end === '#' || line.startsWith('(initramfs)')) return true
  if (user !== undefined || end === '$' || end === '%') return false
  return null
}

/** `45%`, `US$`: an amount, not a prompt. */
function isAmount(prompt: string): boolean {
  return /(?:^|[\s:])\d[\d.,]*\s?% ?$|^US\$/.test(prompt)
}

/** Behind the cursor stands what was typed, or, apart from it, a prompt at the right edge. */
function typedAfter(after: string): string {
  return /^ {2,}/.test(after) ? '' : after
}
