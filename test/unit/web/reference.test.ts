import { expect, test } from 'vitest'
import { chapters } from '../../../client/web/reference/arrange.ts'
import { type Schema, schemaText } from '../../../client/web/reference/schema-text.ts'

test.each<[string, Schema, string]>([
  ['a plain type', { type: 'string' }, 'string'],
  ['a choice', { enum: ['a', 'b'] }, '"a" | "b"'],
  ['a constant', { const: true }, 'true'],
  ['what may be null', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  ['two types at once', { type: ['string', 'null'] }, 'string | null'],
  ['a name', { $ref: '#/components/schemas/Device' }, 'Device'],
  ['a list of choices', { type: 'array', items: { enum: [1, 2] } }, '(1 | 2)[]'],
  ['no fields', { type: 'object' }, '{}'],
  [
    'fields with their words',
    {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', description: 'As people say it' },
        keys: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } },
      },
    },
    '{\n  // As people say it\n  name: string\n  keys?: {\n    id?: integer\n  }[]\n}',
  ],
  ['nothing said', {}, 'anything'],
])('%s reads as a type', (_, schema, text) => {
  expect(schemaText(schema)).toBe(text)
})

test('a schema that holds itself ends', () => {
  const schema: Schema = { type: 'object', properties: {} }
  schema.properties = { again: schema }
  expect(schemaText(schema)).toContain('…')
})

test('routes are found by all words, in chapters', () => {
  const operation = { summary: '', description: '', tags: [], parameters: [], responses: {} }
  const document = {
    info: { title: '', version: '', description: '' },
    paths: {
      '/api/keys': { get: operation, post: operation },
      '/api/devices/{id}/keys': { get: { ...operation, operationId: 'deviceKeys', tags: ['Keys'] } },
    },
    components: { schemas: {} },
  }
  const found = (search: string) =>
    chapters(document, search).map(({ name, entries }) => [name, entries.length])
  expect(found('')).toEqual([
    ['keys', 2],
    ['Keys', 1],
  ])
  expect(found('POST keys')).toEqual([['keys', 1]])
  expect(found('devicekeys')).toEqual([['Keys', 1]])
  expect(found('nothing')).toEqual([])
})
