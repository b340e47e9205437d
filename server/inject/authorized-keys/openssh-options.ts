/** What sshd's sshauthopt_parse makes of the options of a line. Names of options are read without regard to case. */
export type Options =
  | { ok: true; authority: boolean; expires: number | undefined }
  /** The whole line counts for nothing. */
  | { ok: false; why: string }

/** `text` reaches to the first blank outside of quotes, which there is: a key follows. */
export function parseOptions(text: string): Options {
  const parser = new OptionParser(text)
  const why = parser.parse()
  return why === undefined
    ? { ok: true, authority: parser.authority, expires: parser.expires }
    : { ok: false, why }
}

const flags =
  /^(?:restrict|cert-authority|(?:no-)?(?:port-forwarding|agent-forwarding|x11-forwarding|touch-required|verify-required|pty|user-rc))/i
const withValue = /^(command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)=/i
const onlyOnce: readonly string[] = ['command', 'principals', 'from']
/** SSH_AUTHOPT_ENV_MAX and SSH_AUTHOPT_PERMIT_MAX of OpenSSH: one more than these is taken still. */
const mostOf: Record<string, number> = { environment: 1025, permitopen: 4097, permitlisten: 4097 }

class OptionParser {
  authority = false
  expires: number | undefined
  #rest: string
  readonly #seen = new Map<string, number>()

  constructor(text: string) {
    this.#rest = text
  }

  /** Answers what is wrong, if something is. */
  parse(): string | undefined {
    while (this.#rest !== '') {
      const wrong = this.#option()
      if (wrong !== undefined) return wrong
      if (this.#rest !== '' && !this.#rest.startsWith(',')) return 'it has an option that sshd does not know'
      this.#rest = this.#rest.slice(1)
    }
    if (!this.authority && this.#seen.has('principals')) return 'principals= is for certificates only'
    return undefined
  }

  #option(): string | undefined {
    const flag = flags.exec(this.#rest)
    if (flag !== null) {
      if (flag[0].toLowerCase() === 'cert-authority') this.authority = true
      this.#rest = this.#rest.slice(flag[0].length)
      return undefined
    }
    const named = withValue.exec(this.#rest)
    if (named === null) return undefined
    this.#rest = this.#rest.slice(named[0].length)
    return this.#valued((named[1] ?? '').toLowerCase())
  }

  #valued(name: string): string | undefined {
    const count = (this.#seen.get(name) ?? 0) + 1
    this.#seen.set(name, count)
    if (count > 1 && onlyOnce.includes(name)) return `it has ${name}= twice`
    if (count > (mostOf[name] ?? Number.POSITIVE_INFINITY)) return `it has ${name}= too often`
    const value = this.#dequote()
    if (value === undefined) return `the value of ${name}= is not in double quotes`
    return this.#judge(name, value) ? undefined : `the value of ${name}= is not valid`
  }

  /** opt_dequote of OpenSSH: only a quote can be escaped. A NUL cannot be here, it ended the line. */
  #dequote(): string | undefined {
    const quoted = /^"((?:\\"|(?!\\")[^"])*)"/.exec(this.#rest)
    if (quoted === null) return undefined
    this.#rest = this.#rest.slice(quoted[0].length)
    return (quoted[1] ?? '').replaceAll('\\"', '"')
  }

  #judge(name: string, value: string): boolean {
    switch (name) {
      case 'expiry-time':
        return this.#expiry(value)
      case 'environment':
        return /^[A-Za-z0-9_]+=/.test(value)
      case 'permitopen':
        return isPermitted(value)
      case 'permitlisten':
        return isPermitted(value.includes(':') ? value : `*:${value}`)
      case 'tunnel':
        return /^any$/i.test(value) || isNumberTo(value, 0x7fffffff - 2)
      default:
        return true
    }
  }

  #expiry(value: string): boolean {
    const time = parseTime(value)
    if (time === undefined) return false
    this.expires = Math.min(this.expires ?? time, time)
    return true
  }
}

/** `host:port` as hpdelim2 and a2port of OpenSSH take it. A name of a service is taken on trust: /etc/services is the device's. */
function isPermitted(value: string): boolean {
  const parts = /^(\[[^\]]*\]|[^:/]*)[:/](.*)$/s.exec(value)
  if (parts === null) return false
  const [, host = '', port = ''] = parts
  // NI_MAXHOST with its final NUL.
  if (host.length >= 1025) return false
  return port === '*' || /^[a-z][\w-]*$/i.test(port) || (isNumberTo(port, 65_535) && Number(port) > 0)
}

/** strtonum(3), which lets strtoll(3) skip blanks and take a sign. */
function isNumberTo(text: string, most: number): boolean {
  return /^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(text) && Number(text) >= 0 && Number(text) <= most
}

/** parse_absolute_time of OpenSSH, in ms; without a zone it is the device's, which is not known here and taken as UTC. */
function parseTime(text: string): number | undefined {
  const form = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?(?:Z|UTC)?$/i
  const found = form.exec(text)
  if (found === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((digits = '0') => Number(digits))
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 61)
    return undefined
  const time = Date.UTC(year, month - 1, day, hour, minute, second)
  return time > 0 ? time : undefined
}
