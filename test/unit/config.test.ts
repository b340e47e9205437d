import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../server/base/errors.ts'
import { readConfig, settingNames } from '../../server/config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeline-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(toml: string): string {
  const name = join(folder, 'lifeline.toml')
  writeFileSync(name, toml)
  return name
}

function mistakes(environment: Record<string, string>): string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof AppError)
      return error.mistakes.map(({ path, message }) => `${path.join(': ')} ${message}`)
    throw error
  }
  return []
}

describe('readConfig', () => {
  test('needs nothing to be set', () => {
    const config = readConfig({ PATH: '/bin' })
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8022 })
    expect(config.dataDir).toBe(resolve('data'))
  })

  test('takes a file, and lets the environment win', () => {
    const config = readConfig({
      LIFELINE_CONFIG: file('listen = "[::1]:9000"\n[history]\nmax_age_days = 7\nring_bytes = 65536\n'),
      LIFELINE_HISTORY_MAX_AGE_DAYS: '3',
    })
    expect(config.listen).toEqual({ host: '::1', port: 9000 })
    expect(config.history).toMatchObject({ maxAgeDays: 3, ringBytes: 65536 })
  })

  test('reads lists and commands from the environment', () => {
    const config = readConfig({
      LIFELINE_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8',
      LIFELINE_MASTER_KEY_COMMAND: '["pass", "show", "a b"]',
    })
    expect(config.trustedProxies).toEqual(['127.0.0.1', '10.0.0.0/8'])
    expect(config.masterKeyCommand).toEqual(['pass', 'show', 'a b'])
  })

  test('names every mistake with its place, all at once', () => {
    const name = file('listen = "nowhere"\ncolour = "red"\n[history]\nmax_age_days = 0\n')
    const found = mistakes({
      LIFELINE_CONFIG: name,
      LIFELINE_LOG_LEVEL: 'loud',
      LIFELINE_LISTNE: '127.0.0.1:1',
    })
    expect(found).toHaveLength(5)
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${name}: listen must be ADDRESS:PORT`),
        `${name}: colour is no setting of Lifeline`,
        `${name}: history.max_age_days must be a whole number from 1 to 3650`,
        expect.stringContaining('LIFELINE_LOG_LEVEL must be one of'),
        'LIFELINE_LISTNE is no setting of Lifeline',
      ]),
    )
  })

  test.each([
    ['LIFELINE_LISTEN', 'localhost'],
    ['LIFELINE_LISTEN', '127.0.0.1:99999'],
    ['LIFELINE_LISTEN', 'example.org:80'],
    ['LIFELINE_PUBLIC_URL', 'console.example.org'],
    ['LIFELINE_PUBLIC_URL', 'https://console.example.org/path'],
    ['LIFELINE_PUBLIC_URL', 'javascript:alert(1)'],
    ['LIFELINE_MASTER_KEY_COMMAND', 'pass show'],
    ['LIFELINE_MASTER_KEY_COMMAND', '[]'],
    ['LIFELINE_HISTORY_MAX_BYTES', '1e9'],
    ['LIFELINE_OWNERS_MAY_DEFINE_DEVICES', 'yes'],
    ['LIFELINE_ADMIN_EMAIL', 'admin'],
    ['LIFELINE_DATA_DIR', ''],
  ])('%s does not take %j', (name, value) => {
    expect(mistakes({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} must `))])
  })

  test('a file that is not there, or not TOML, is a mistake', () => {
    expect(mistakes({ LIFELINE_CONFIG: join(folder, 'none.toml') })).toEqual([
      expect.stringContaining('cannot be read'),
    ])
    expect(mistakes({ LIFELINE_CONFIG: file('listen = \n') })).toEqual([
      expect.stringContaining('cannot be read'),
    ])
  })

  test('one source of the master key', () => {
    expect(mistakes({ LIFELINE_MASTER_KEY: 'x', LIFELINE_MASTER_KEY_FILE: '/k' })).toEqual([
      expect.stringMatching(/^master_key comes from one place only/),
    ])
  })

  test('a listener that others can reach needs the address they type', () => {
    expect(mistakes({ LIFELINE_LISTEN: '0.0.0.0:8022' })).toEqual([
      expect.stringMatching(/^public_url is needed/),
    ])
    expect(
      mistakes({ LIFELINE_LISTEN: '0.0.0.0:8022', LIFELINE_PUBLIC_URL: 'https://c.example.org' }),
    ).toEqual([])
  })

  test('the master key prints nowhere', () => {
    const config = readConfig({ LIFELINE_MASTER_KEY: 'c2VjcmV0' })
    expect(JSON.stringify(config)).not.toContain('c2VjcmV0')
  })

  test('docs/configuration.md explains every setting, and no other', () => {
    const documented = [
      ...readFileSync('docs/configuration.md', 'utf8').matchAll(/^\| `([a-z_.]+)` \|/gm),
    ].map((match) => match[1])
    expect(documented.sort()).toEqual(settingNames().sort())
  })
})
