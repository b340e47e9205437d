import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n')

/** What the Dockerfile copies from the clone, not from another stage. */
const copied = lines('Dockerfile').flatMap((line) =>
  /^COPY (?!--from)/.test(line) ? line.split(' ').slice(1, -1) : [],
)

test('the image copies only what is in the clone', () => {
  expect(copied).not.toEqual([])
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('what the image copies, and nothing else, is let into its build', () => {
  const [first, ...allowed] = lines('.dockerignore').filter((line) => line !== '' && !line.startsWith('#'))
  expect(first).toBe('*')
  const needed = new Set(copied.map((path) => `!${path.split('/')[0]}`))
  expect(allowed.sort()).toEqual([...needed].sort())
})
