import type { CursorLine } from './cursor-line.ts'
import type { Prompt } from './prompt.ts'

const pagers = [
  /^ ?(?:--|<---|<) ?More ?(?:--|--->|>)(?:\(\d{1,3}%\))?\s*$/i,
  /^(?:lines \d.{0,60}|.{0,120})\(END\)(?: - Next: .{0,120})?\s*$/,
  /^lines \d+-\d+(?:\/\d+)?(?: \d+%)?\s*$/,
  /^(?:Press|Hit|Type) .{0,60} to continue.{0,20}$/i,
  /^ ?Manual page .{0,100} line \d/,
]
const interpreters =
  /^(?:>>> |\.\.\. |In \[\d+\]: |\((?:gdb|lldb|Pdb|parted)\) |(?:mysql|sqlite|s?ftp|lftp|gdb|redis|virsh|telnet|irb|ghci|nft|nsupdate|ipmitool|cqlsh|mongo|psql|octave|scala)(?:[:\d.()]{0,12})?> |MariaDB \[.{0,64}\]> |[\w.-]{1,63}[=\-'"(*!^][#>] |irb\(.{0,20}|Command \(m for help\): )/
const continuations =
  /^(?:>|(?:[dbc]?quote|heredoc|for|while|if|then|else|function|cmdsubst|pipe|\w{2,12} \w{2,12})>) $/
const questions = /(?:\[y\/n\]|\[Y\/n\]|\(yes\/no(?:\/\[fingerprint\])?\)|\(y\/n\))\s?[:?]? ?$/i
/** A switch has no blank after its prompt; a BMC has a form of its own. */
const appliances = [
  /^[\w.-]{1,64}(?:\([\w./ -]{1,40}\))?(?<end>[#>])$/,
  /^(?:racadm|\/admin\d|<\/[\w/]{0,60}>hpiLO|hpiLO|system|SMASHCLP|SAC|->)(?<end>-?>{1,2}) ?(?<typed>.*)$/,
  /^(?<end>->) (?<typed>.*)$/,
  // Juniper's; root's `#` is a shell
  /^(?!root@[^>]*#)[a-z][\w.-]{0,31}@[\w.-]{1,64}(?<end>[#>]) ?$/,
]

export function pagerPrompt({ before, after }: CursorLine, atBottom: boolean): Prompt | undefined {
  const line = before + after
  const colon = atBottom && line === ':'
  if (!colon && !pagers.some((pager) => pager.test(line))) return undefined
  return { kind: 'pager', evidence: line.trim() }
}

/** Prompts of interpreters that must not be taken for a shell's, whatever they end with. */
export function interpreterPrompt({ before }: CursorLine): Prompt | undefined {
  const evidence = before.trimEnd()
  if (interpreters.test(before)) return { kind: 'program', wholeScreen: false, evidence }
  if (continuations.test(before)) return { kind: 'continuation', evidence }
  if (questions.test(before)) return { kind: 'question', evidence }
  return undefined
}

/** The command line of a switch or a BMC. */
export function appliancePrompt({ before }: CursorLine): Prompt | undefined {
  for (const appliance of appliances) {
    const match = appliance.exec(before)
    if (match === null) continue
    const { end = '', typed = '' } = match.groups ?? {}
    const privileged = end === '#' ? true : null
    return { kind: 'appliance', privileged, typed, evidence: before.trimEnd() }
  }
  return undefined
}
