import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const installed = Object.keys({ ...dependencies, ...devDependencies })
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const { options, ...ruleSet } = await extractDepcruiseConfig(join(root, '.dependency-cruiser.cjs'))
const rules = (ruleSet.forbidden ?? []).flatMap(({ name }) => name ?? [])
const folders = namesAfter('order-')
const libraries = namesAfter('library-').filter((name) => name !== 'without-place')

type Case = { rule: string; why: string; files: Record<string, string> }

/** Each a small house with one fault; the rule named must find it, and no other may. */
const faults: Case[] = [
  {
    rule: 'order-base',
    why: 'a type reaches up',
    files: {
      'server/base/a.ts': `import type { B } from '../http/b.ts'`,
      'server/http/b.ts': 'export type B = 1',
    },
  },
  {
    rule: 'order-store',
    why: 'a re-export reaches up',
    files: {
      'server/store/a.ts': `export { b } from '../audit/b.ts'`,
      'server/audit/b.ts': 'export const b = 1',
    },
  },
  {
    rule: 'order-door',
    why: 'an import at run time reaches up',
    files: { 'server/door/a.ts': `await import('../http/b.ts')`, 'server/http/b.ts': '' },
  },
  {
    rule: 'order-base',
    why: 'an import at run time, in a declaration with `using`, reaches up',
    files: {
      'server/base/a.ts': `export async function a() {\n  await using b = await import('../http/b.ts')\n  return b\n}`,
      'server/http/b.ts': '',
    },
  },
  {
    rule: 'order-http',
    why: 'a folder imports the wiring',
    files: { 'server/http/a.ts': `import '../app.ts'`, 'server/app.ts': '' },
  },
  {
    rule: 'main-is-last',
    why: 'the wiring imports the process',
    files: { 'server/app.ts': `import './main.ts'`, 'server/main.ts': '' },
  },
  {
    rule: 'folder-without-place',
    why: 'a folder that the order does not know',
    files: { 'server/app.ts': `import './things/a.ts'`, 'server/things/a.ts': '' },
  },
  {
    rule: 'no-cycle',
    why: 'two files need each other',
    files: { 'server/base/a.ts': `import './b.ts'`, 'server/base/b.ts': `import './a.ts'` },
  },
  {
    rule: 'no-cycle',
    why: 'two files need types of each other',
    files: {
      'server/base/a.ts': `import type { B } from './b.ts'\nexport type A = B`,
      'server/base/b.ts': `import type { A } from './a.ts'\nexport type B = A`,
    },
  },
  {
    rule: 'contract-stands-alone',
    why: 'the contract uses node',
    files: { 'server/contract/a.ts': `import 'node:fs'` },
  },
  {
    rule: 'client-speaks-contract',
    why: 'the page imports the server',
    files: { 'client/web/a.tsx': `import '../../server/base/b.ts'`, 'server/base/b.ts': '' },
  },
  {
    rule: 'server-knows-no-client',
    why: 'the wiring imports the page',
    files: { 'server/app.ts': `import '../client/web/a.ts'`, 'client/web/a.ts': '' },
  },
  {
    rule: 'web-and-cli-are-strangers',
    why: 'the page imports the command line',
    files: { 'client/web/a.ts': `import '../cli/b.ts'`, 'client/cli/b.ts': '' },
  },
  {
    rule: 'page-without-node',
    why: 'the page uses node',
    files: { 'client/web/a.ts': `import 'node:crypto'` },
  },
  {
    rule: 'product-without-tests',
    why: 'the product imports a test',
    files: { 'server/app.ts': `import '../test/a.ts'`, 'test/a.ts': '' },
  },
  {
    rule: 'library-zod',
    why: 'the schema library out of its place',
    files: { 'server/http/a.ts': `import { z } from 'zod'\nexport const a = z` },
  },
  {
    rule: 'library-pino',
    why: 'a type of a library out of its place',
    files: { 'server/http/a.ts': `import type { Logger } from 'pino'\nexport type A = Logger` },
  },
  {
    rule: 'library-without-place',
    why: 'a library that the map does not know',
    files: { 'client/web/a.ts': `import 'fast-check'` },
  },
  {
    rule: 'no-riddle',
    why: 'an import that leads nowhere',
    files: { 'server/base/a.ts': `import './nowhere.ts'` },
  },
]

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'architecture-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the rules for imports', () => {
  test.each(faults)('find with $rule that $why', async ({ rule, files }) => {
    expect(await violations(await build(files))).toEqual([rule])
  })

  test.each(folders.slice(1).map((folder, index) => ({ folder, lower: folders[index] })))(
    'let $folder import $lower, and not the other way round',
    async ({ folder, lower }) => {
      const files = (from: string, to: string) => ({
        [`server/${from}/a.ts`]: `import '../${to}/b.ts'`,
        [`server/${to}/b.ts`]: '',
      })
      expect(await violations(await build(files(`${lower}`, folder)))).toContain(`order-${lower}`)
      if (lower !== 'contract') expect(await violations(await build(files(folder, `${lower}`)))).toEqual([])
    },
  )

  test.each(libraries)('keep %s in its place', async (library) => {
    const name = installed.find(
      (name) => name === library || (library.endsWith('/') && name.startsWith(library)),
    )
    const house = await build({ 'server/base/elsewhere.ts': `import '${name}'` })
    expect(await violations(house)).toContain(`library-${library}`)
  })

  test('find a development package in the server, besides that it has no place', async () => {
    const house = await build({ 'server/base/a.ts': `import 'fast-check'` })
    expect(await violations(house)).toEqual(['library-without-place', 'server-without-dev-dependencies'])
  })

  test('find nothing in a house in order', async () => {
    const house = await build({
      'server/contract/a.ts': `import { z } from 'zod'\nexport const a = z`,
      'server/base/log.ts': `import 'node:util'\nimport 'pino'\nimport '../contract/a.ts'`,
      'server/app.ts': `import './base/log.ts'`,
      'server/main.ts': `import './app.ts'`,
      'client/web/main.tsx': `import 'react'\nimport '../../server/contract/a.ts'`,
    })
    expect(await violations(house)).toEqual([])
  })

  test('are kept by the real house', { timeout: 60_000 }, async () => {
    expect(await violations(root)).toEqual([])
  })
})

describe('the contract', () => {
  test.each([
    ['node', 'process.pid'],
    ['the DOM', 'document.title'],
    ['a timer', 'setTimeout(() => {}, 1)'],
  ])('does not know %s', async (_, expression) => {
    const house = await build({
      'server/contract/a.ts': `export const a = ${expression}`,
      'tsconfig.json': JSON.stringify({
        extends: join(root, 'tsconfig.contract.json'),
        include: ['server/contract'],
      }),
    })
    const { stdout, status } = spawnSync(process.execPath, [tsc, '--project', house], { encoding: 'utf8' })
    expect(stdout).toContain('Cannot find name')
    expect(status).not.toBe(0)
  })
})

describe('the source', () => {
  test('reads process.env in what is a process only', async () => {
    const processes = ['server/audit-verify.ts', 'server/main.ts', 'server/rotate-master-key.ts']
    expect((await serverFilesWith(/process\.env|process\[/)).sort()).toEqual(processes)
  })

  test('imports no value of node:http, by which undici would be loaded as well', async () => {
    expect(await serverFilesWith(/^import (?!type )[^;]*? from 'node:https?'/m)).toEqual([])
  })

  test('has no drawer for everything', async () => {
    const files = [...(await sources('server')), ...(await sources('client'))]
    expect(
      files.filter((file) => /(?:^|\/)(?:utils?|helpers?|misc|common-utils)(?:\.tsx?|\/)/.test(file)),
    ).toEqual([])
  })
})

/** Writes a small house; answers its folder. */
async function build(files: Record<string, string>): Promise<string> {
  const house = await mkdtemp(join(folder, 'house-'))
  await symlink(join(root, 'node_modules'), join(house, 'node_modules'))
  await writeFile(join(house, 'package.json'), await readFile(join(root, 'package.json')))
  for (const path of ['server/', 'client/', ...Object.keys(files)]) {
    await mkdir(join(house, path.endsWith('/') ? path : dirname(path)), { recursive: true })
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(house, path), text)
  return house
}

/** The names of the rules that a house breaks, each once, sorted. */
async function violations(house: string): Promise<string[]> {
  const { output } = await cruise(['server', 'client'], {
    ...options,
    ruleSet,
    validate: true,
    baseDir: house,
  })
  const { summary } = output as ICruiseResult
  return [...new Set(summary.violations.map((violation) => violation.rule.name))].sort()
}

function namesAfter(prefix: string): string[] {
  return rules.filter((rule) => rule.startsWith(prefix)).map((rule) => rule.slice(prefix.length))
}

async function serverFilesWith(pattern: RegExp): Promise<string[]> {
  const files = await sources('server')
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')))
  return files.filter((_, index) => pattern.test(texts[index] ?? ''))
}

async function sources(folder: string): Promise<string[]> {
  const files = await readdir(join(root, folder), { recursive: true })
  return files.filter((file) => /\.tsx?$/.test(file)).map((file) => join(folder, file))
}
