import type { LoginCause } from './login-state.ts'

/** What happened, why, and what to do next; `user` is the name that was to log in. */
export function adviceOf(cause: LoginCause, user: string): string {
  return advice[cause].replaceAll('USER', user)
}

const advice: Record<LoginCause, string> = {
  'wrong-password':
    'The device refused the password of USER (“Login incorrect”). It is wrong, or the account is locked or barred from this terminal and the device does not say so.',
  'refused-unasked':
    'The device refused USER before it asked for a password: its terminal is not one on which USER may log in (securetty), or the account is locked.',
  'terminal-refused': 'The device lets USER not log in on this terminal: see /etc/securetty on it.',
  'account-locked': 'The device says that the account of USER is locked.',
  'account-expired': 'The device says that the account of USER has expired.',
  'password-expired':
    'The password of USER was accepted but has expired: the device wants a new one. Log in by hand and set it.',
  nologin: 'The device lets nobody log in at the moment: it boots, goes down, or has an /etc/nologin.',
  'too-many-logins': 'The device has too many logins of USER already.',
  'timed-out': 'The login took longer than the device allows.',
  'no-shell':
    'The device took the login of USER, but no shell came of it: see the login shell of USER on it.',
  silent: 'Nothing answers on the console: the machine may be off, or no login runs on its serial line.',
  'logged-in': 'Somebody is logged in on the console. Log out there, or choose to use that session.',
  busy: 'Somebody is logged in on the console, and a program runs or waits there. Leave it so that an empty prompt stands there.',
  'password-waits': 'The console waits for somebody else’s password, and does not let go of it.',
  maintenance: 'The machine has stopped in its maintenance mode. Look at its console.',
  'boot-loader': 'A boot loader or the firmware is on the console: there is no login before the system runs.',
  'not-unix': 'What answers on the console is not the login of a Unix.',
  'unknown-prompt':
    'What stands on the console is no login prompt that is known. Leave it so that a login prompt stands there.',
  'no-password': 'The device asks for a password of USER, and none was given.',
  'echo-on':
    'The console shows what is typed at its password prompt, so no password belongs there. If any of it was typed, it stands in history: change it.',
  'no-answer': 'The device did not go on with the login of USER.',
}
