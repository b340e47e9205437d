/** Why login(1) lets nobody in, as far as its words tell. */
export type Refusal =
  | 'wrong-password'
  /** Refused before a password was asked for, without a word: root on a terminal not in securetty, or a locked account of BusyBox. */
  | 'refused-unasked'
  | 'account-locked'
  | 'account-expired'
  | 'password-expired'
  /** /etc/nologin, or the system is still booting or going down. */
  | 'nologin'
  | 'terminal-refused'
  | 'too-many-logins'
  | 'timed-out'
  | 'no-shell'

/**
 * What login(1) of Linux-PAM, shadow, util-linux and BusyBox print, surest first. Most say `Login incorrect` for a locked password as well
 * as for a wrong one, so that says no more than `wrong-password`.
 */
const words: readonly (readonly [Refusal, RegExp])[] = [
  [
    'terminal-refused',
    /refused on this terminal|not (?:allowed|permitted) (?:to log ?in )?(?:on|from) this (?:terminal|tty)|securetty/i,
  ],
  [
    'account-locked',
    /account (?:is |has been )?(?:temporarily )?(?:locked|disabled)|due to \d+ failed logins/i,
  ],
  ['account-expired', /account has expired/i],
  [
    'password-expired',
    /password (?:has )?expired|required to change your password|authentication token (?:is )?(?:no longer valid|expired|manipulation)|must change your password/i,
  ],
  [
    'nologin',
    /logins? (?:is|are) (?:currently |temporarily )?(?:disabled|not (?:allowed|permitted|available))|not permitted to log in|system is (?:going down|booting up|down for)|nologin/i,
  ],
  ['too-many-logins', /too many (?:concurrent )?logins|maximum number of (?:sessions|logins)/i],
  ['no-shell', /account is currently not available|cannot execute|no shell|failed to execute/i],
  ['timed-out', /login timed out|timed out after/i],
  [
    'wrong-password',
    /login incorrect|authentication failure|incorrect (?:login|password)|invalid password|login failed|permission denied/i,
  ],
]

/** Undefined when nothing in it says why. */
export function refusalIn(heard: string): Refusal | undefined {
  return words.find(([, shape]) => shape.test(heard))?.[0]
}
