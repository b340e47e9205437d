import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parse } from 'smol-toml'
import { AppError } from './base/errors.ts'
import { type LogLevel, logLevels } from './base/log.ts'
import { Secret } from './base/secret.ts'
import { email } from './contract/common.ts'
import type { Mistake } from './contract/errors.ts'
import { limits } from './contract/limits.ts'

/** One setting: how its raw value is read (a reader throws a plain string saying what it must be), and its default. */
interface Setting<T> {
  read: (raw: unknown) => T
  fallback: T
}

const MiB = 1024 * 1024

/**
 * Every setting there is. The name in the file is the path in snake case (`[history] segment_bytes`), in the environment the same
 * in capitals behind LIFELINE_ (`LIFELINE_HISTORY_SEGMENT_BYTES`); the environment wins. docs/configuration.md explains each.
 */
const settings = {
  listen: setting(listenAddress, { host: '127.0.0.1', port: 8022 }),
  publicUrl: setting<URL | undefined>(publicUrl, undefined),
  trustedProxies: setting(list, []),
  dataDir: setting(path, resolve('data')),
  logLevel: setting<LogLevel>(oneOf(logLevels), 'info'),
  adminEmail: setting(emailAddress, 'admin@lifeline.local'),
  ownersMayDefineDevices: setting(boolean, true),
  masterKey: setting<Secret | undefined>(secret, undefined),
  masterKeyFile: setting<string | undefined>(path, undefined),
  masterKeyCommand: setting<string[] | undefined>(argv, undefined),
  session: {
    idleMinutes: setting(integer(5, 30 * 24 * 60), 12 * 60),
    lifetimeHours: setting(integer(1, 90 * 24), 7 * 24),
  },
  keys: {
    leastRsaBits: setting(integer(1024, 2048), 2048),
    importOrigins: setting(origins, [
      'https://github.com',
      'https://gitlab.com',
      'https://codeberg.org',
      'https://launchpad.net',
      'https://meta.sr.ht',
    ]),
  },
  history: {
    segmentBytes: setting(integer(64 * 1024, 1024 * MiB), 8 * MiB),
    maxBytes: setting(integer(MiB, 1024 * 1024 * MiB), 1024 * MiB),
    maxAgeDays: setting(integer(1, 3650), 90),
    ringBytes: setting(integer(16 * 1024, 64 * MiB), 256 * 1024),
  },
  provision: {
    url: setting<URL | undefined>(publicUrl, undefined),
    hours: setting(integer(1, limits.provisionHours), 24),
  },
  push: {
    devicesAtOnce: setting(integer(1, 1000), 16),
  },
  console: {
    viewersPerConsole: setting(integer(1, 10_000), limits.viewersPerConsole),
    consolesPerUser: setting(integer(1, 10_000), limits.consolesPerUser),
    inputBytesPerSecond: setting(integer(100, 100 * MiB), limits.inputBytesPerSecond),
  },
}

type Settings = { [key: string]: Setting<unknown> | Settings }
type Resolved<S> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : Resolved<S[K]> }
export type Config = Resolved<typeof settings>

/** Variables that others read: the command line tool, the tests, the scripts. They are no mistake here. */
const foreignVariables = new Set([
  'LIFELINE_CONFIG',
  'LIFELINE_URL',
  'LIFELINE_TOKEN',
  'LIFELINE_CHROMIUM',
  'LIFELINE_LAB_DIR',
  'LIFELINE_LAB_ACCEL',
])

/**
 * The whole configuration from the environment and the TOML file that LIFELINE_CONFIG names.
 * @throws AppError `bad-request` with every mistake and its place; nothing is half understood.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const mistakes: Mistake[] = []
  const file = readFile(environment.LIFELINE_CONFIG, mistakes)
  const sources: Source[] = [
    { place: (at) => [variableName(at)], values: new Map(environmentValues(environment)) },
    { place: (at) => [environment.LIFELINE_CONFIG ?? '', fileName(at)], values: new Map(flatten(file)) },
  ]
  const config = resolveAll(settings, [], sources, mistakes) as Config
  for (const { place, values } of sources) {
    for (const name of values.keys())
      mistakes.push({ path: place(name.split('.')), message: 'is no setting of Lifeline' })
  }
  checkTogether(config, mistakes)
  if (mistakes.length > 0) {
    const lines = mistakes.map((mistake) => `  ${mistake.path.join(': ')} ${mistake.message}`)
    throw new AppError(
      'bad-request',
      `The configuration has mistakes; the gateway does not start:\n${lines.join('\n')}`,
      { mistakes },
    )
  }
  return config
}

/** Names of all settings, dotted and in snake case, for the documentation's test. */
export function settingNames(tree: Settings = settings, at: string[] = []): string[] {
  return Object.entries(tree).flatMap(([key, node]) =>
    isSetting(node) ? [fileName([...at, key])] : settingNames(node, [...at, key]),
  )
}

/** Values by dotted snake-case name; what is resolved is taken out, so that the rest is unknown. */
interface Source {
  place: (at: string[]) => string[]
  values: Map<string, unknown>
}

function resolveAll(tree: Settings, at: string[], sources: Source[], mistakes: Mistake[]): unknown {
  const entries = Object.entries(tree).map(([key, node]) => {
    const path = [...at, key]
    return [
      key,
      isSetting(node) ? resolveOne(node, path, sources, mistakes) : resolveAll(node, path, sources, mistakes),
    ]
  })
  return Object.fromEntries(entries)
}

function resolveOne(node: Setting<unknown>, at: string[], sources: Source[], mistakes: Mistake[]): unknown {
  const name = fileName(at)
  const given = sources.filter(({ values }) => values.has(name))
  const read = given.map(({ values, place }) => {
    const raw = values.get(name)
    values.delete(name)
    try {
      return node.read(raw)
    } catch (message) {
      mistakes.push({ path: place(at), message: String(message) })
      return node.fallback
    }
  })
  return read.length > 0 ? read[0] : node.fallback
}

function checkTogether(config: Config, mistakes: Mistake[]): void {
  const keys = [config.masterKey, config.masterKeyFile, config.masterKeyCommand].filter(
    (key) => key !== undefined,
  )
  if (keys.length > 1) {
    mistakes.push({
      path: ['master_key'],
      message: 'comes from one place only: master_key, master_key_file or master_key_command',
    })
  }
  if (!isLoopback(config.listen.host) && config.publicUrl === undefined) {
    mistakes.push({
      path: ['public_url'],
      message: `is needed when listen (${config.listen.host}) is not a loopback address: the address people type, like https://console.example.org`,
    })
  }
  if (config.history.segmentBytes > config.history.maxBytes) {
    mistakes.push({ path: ['history.segment_bytes'], message: 'must not be larger than history.max_bytes' })
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function readFile(name: string | undefined, mistakes: Mistake[]): Record<string, unknown> {
  if (name === undefined || name === '') return {}
  try {
    return parse(readFileSync(name, 'utf8'))
  } catch (error) {
    mistakes.push({
      path: [name],
      message: `cannot be read as TOML: ${error instanceof Error ? error.message : error}`,
    })
    return {}
  }
}

function flatten(table: Record<string, unknown>, at: string[] = []): [string, unknown][] {
  return Object.entries(table).flatMap(([key, value]): [string, unknown][] =>
    isTable(value) ? flatten(value, [...at, key]) : [[[...at, key].join('.'), value]],
  )
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function environmentValues(environment: Record<string, string | undefined>): [string, string][] {
  const known = new Map(settingNames().map((name) => [variableName(name.split('.')), name]))
  return Object.entries(environment).flatMap(([variable, value]): [string, string][] => {
    if (!variable.startsWith('LIFELINE_') || foreignVariables.has(variable) || value === undefined) return []
    return [[known.get(variable) ?? variable.slice('LIFELINE_'.length).toLowerCase(), value]]
  })
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const fileName = (at: string[]): string => at.map(snake).join('.')
const variableName = (at: string[]): string => `LIFELINE_${at.map(snake).join('_').toUpperCase()}`

function setting<T>(read: (raw: unknown) => T, fallback: T): Setting<T> {
  return { read, fallback }
}

function isSetting(node: Setting<unknown> | Settings): node is Setting<unknown> {
  return typeof node.read === 'function'
}

function text(raw: unknown): string {
  if (typeof raw !== 'string' || raw.trim() === '') throw 'must be a text that is not empty'
  return raw.trim()
}

function path(raw: unknown): string {
  return resolve(text(raw))
}

function secret(raw: unknown): Secret {
  return new Secret(text(raw))
}

function boolean(raw: unknown): boolean {
  if (raw === true || raw === 'true') return true
  if (raw === false || raw === 'false') return false
  throw 'must be true or false'
}

function integer(least: number, most: number): (raw: unknown) => number {
  return (raw) => {
    const value = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : raw
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw `must be a whole number from ${least} to ${most}`
  }
}

function oneOf<const T extends string>(values: readonly T[]): (raw: unknown) => T {
  return (raw) => {
    const found = values.find((value) => value === raw)
    if (found === undefined) throw `must be one of ${values.join(', ')}`
    return found
  }
}

function list(raw: unknown): string[] {
  const items = typeof raw === 'string' ? raw.split(',') : raw
  if (!Array.isArray(items)) throw 'must be a list'
  return items.map(text)
}

function origins(raw: unknown): string[] {
  // An empty text is how the environment says that there are none.
  return (raw === '' ? [] : list(raw)).map((item) => {
    const url = URL.parse(item)
    if (url?.protocol === 'https:' && url.href === `${url.origin}/`) return url.origin
    throw 'must be a list of origins like https://github.com, without a path'
  })
}

function argv(raw: unknown): string[] {
  const complaint =
    'must be a list of texts, the program first; in the environment as JSON: ["pass", "show", "lifeline"]'
  try {
    const items: unknown = typeof raw === 'string' ? JSON.parse(raw) : raw
    if (Array.isArray(items) && items.length > 0) return items.map(text)
  } catch {
    throw complaint
  }
  throw complaint
}

function emailAddress(raw: unknown): string {
  const read = email.safeParse(raw)
  if (!read.success) throw 'must look like name@example.org'
  return read.data
}

function listenAddress(raw: unknown): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text(raw))
  const host = match?.[1] ?? match?.[2] ?? ''
  const port = Number(match?.[3] ?? Number.NaN)
  if ((isIP(host) === 0 && host !== 'localhost') || !(port <= 65535))
    throw 'must be ADDRESS:PORT, like 127.0.0.1:8022 or [::1]:8022'
  return { host, port }
}

function publicUrl(raw: unknown): URL {
  const url = URL.parse(text(raw))
  if (
    url === null ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.pathname !== '/' ||
    url.search ||
    url.hash ||
    url.username
  ) {
    throw 'must be like https://console.example.org, without a path'
  }
  return url
}
