import type { Secret } from '../base/secret.ts'
import { passwordProgram } from './password-program.ts'

/** What it prints last when all of it is done and on the disk. */
export const rescuedMark = 'lifeline:rescued'

/**
 * The text for the rescue shell, the machine's only process: makes the root file system writable, gives root a new password, ends an
 * expiry of the account and a lock after failed logins (faillock(8), pam_tally2(8)), has SELinux label anew what was written without it
 * (selinux(8)), and leaves the file system as it was found.
 */
export function rescueProgram(password: Secret): string {
  return `PATH=/usr/sbin:/usr/bin:/sbin:/bin;export PATH
[ -e /proc/self ]||mount -t proc proc /proc
mount -o remount,rw /||exit 1
(${passwordProgram(password)}
)||{ mount -o remount,ro /;exit 1; }
command -v chage >/dev/null 2>&1&&chage -E -1 -I -1 -M -1 root
for c in faillock pam_tally2;do command -v $c >/dev/null 2>&1&&$c --user root --reset >/dev/null 2>&1;done
grep -qsE '^SELINUX=(enforcing|permissive)' /etc/selinux/config&&touch /.autorelabel
sync
mount -o remount,ro /
echo ${rescuedMark}`
}
