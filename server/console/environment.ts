import { homedir, userInfo } from 'node:os'

/**
 * The whole environment of a program that a console runs. It is made anew, not passed on: the gateway's own holds settings that
 * are nobody's business, the master key among them. A `command` that needs more starts with `env NAME=value`.
 */
export function programEnvironment(home: string = orElse(homedir, '/')): Record<string, string> {
  const user = orElse(() => userInfo().username, undefined)
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    ...(user === undefined ? {} : { USER: user, LOGNAME: user }),
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  }
}

/** In a container the gateway may run as a number that no passwd entry knows. */
function orElse<T, E>(ask: () => T, otherwise: E): T | E {
  try {
    return ask()
  } catch {
    return otherwise
  }
}
