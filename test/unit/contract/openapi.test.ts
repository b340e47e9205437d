import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import { errorCatalogue } from '../../../server/contract/errors.ts'
import { openApiDocument } from '../../../server/contract/openapi.ts'
import { paths, routes } from '../../../server/contract/routes.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test looks into a document of its own making
let document: any

beforeAll(() => {
  document = openApiDocument('1.2.3')
})

test('is a valid OpenAPI 3.1 document, and survives JSON', async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  expect(result.errors ?? []).toEqual([])
  expect(result.valid).toBe(true)
  expect(document.info.version).toBe('1.2.3')
})

describe('has every route', () => {
  test.each(Object.entries(routes))('%s', (name, route) => {
    const operation = document.paths[templated(route.path)]?.[route.method.toLowerCase()]
    expect(operation).toMatchObject({ operationId: name })
    expect(operation.security).toEqual(route.needs === 'nobody' ? [] : undefined)
    expect(operation.responses.default).toBeDefined()
    const named = [...route.path.matchAll(/:(\w+)/g)].map(([, param]) => param)
    const inPath = operation.parameters.filter((param: { in: string }) => param.in === 'path')
    expect(inPath.map((param: { name: string }) => param.name)).toEqual(named)
  })

  test.each(Object.entries(paths))('path %s', (name, path) => {
    const operations = Object.values<{ operationId: string }>(document.paths[templated(path)] ?? {})
    expect(operations.map(({ operationId }) => operationId)).toContain(name)
  })

  test('and no other', () => {
    const operations = Object.values<object>(document.paths).flatMap((item) => Object.values(item))
    const ids = operations.map(({ operationId }) => operationId)
    expect(ids.sort()).toEqual([...Object.keys(routes), ...Object.keys(paths)].sort())
  })
})

test('names every error code', () => {
  expect(document.components.schemas.Error.properties.error.properties.code.enum).toEqual(
    Object.keys(errorCatalogue),
  )
})

test('says what a body takes and an answer gives: defaults may be left out of the one, never of the other', () => {
  const { post } = document.paths['/api/devices']
  const taken = post.requestBody.content['application/json'].schema
  expect(taken.required).toEqual(['projectId', 'name', 'transport'])
  const given = document.paths['/api/keys'].get.responses[200].content['application/json'].schema
  expect(given.required).toEqual(['keys', 'total', 'next'])
  const limit = document.paths['/api/keys'].get.parameters.find(
    ({ name }: { name: string }) => name === 'limit',
  )
  expect(limit).toMatchObject({ in: 'query', required: false })
})

function templated(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}
