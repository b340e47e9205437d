import type { Secret } from '../base/secret.ts'
import { seenText } from '../console/plain-text.ts'

/** What it prints last when root has the new password. */
export const changedMark = 'lifeline:changed'

/**
 * The text for sh(1) that gives root a new password, by chpasswd (Linux, BusyBox), pw (FreeBSD) or a passwd that reads its standard input.
 * The password goes by a here-document: it is in no program's arguments and no environment. It must be printable ASCII.
 */
export function passwordProgram(password: Secret): string {
  return `PATH=$PATH:/usr/sbin:/sbin
p=${quoted(password.reveal())}
if command -v chpasswd >/dev/null 2>&1;then chpasswd <<E
root:$p
E
elif command -v pw >/dev/null 2>&1;then pw usermod root -h 0 <<E
$p
E
else passwd root <<E
$p
$p
E
fi&&echo ${changedMark}`
}

/** As one word of sh(1), nothing in it expanded (POSIX.1-2017, XCU 2.2.2). */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** What to say when it printed no mark, out of what the device said instead. */
export function refusedWords(said: string): string {
  const words = deviceWords(said, 200)
  return words === '' ? 'The device did not take the new password.' : `The device refused it: ${words}.`
}

export const tookWords = 'The device took the new root password, and it is kept here.'

/** What a device said, in one line. */
export const deviceWords = (said: string, most: number): string =>
  seenText(said).replaceAll('\n', ' ').trim().slice(0, most)
