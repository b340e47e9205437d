import { z } from 'zod'
import { errorCatalogue } from './errors.ts'
import { type Described, describedPaths } from './openapi-paths.ts'
import { summaries } from './openapi-summaries.ts'
import { paths, type Route, type RouteName, routes } from './routes.ts'

type Json = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: a list of routes holds routes of every shape
type AnyRoute = Route<any, any, any, any>

/** Every route of the contract as OpenAPI 3.1, whose schemas are JSON Schema 2020-12, and the paths that are not JSON in, JSON out. */
export function openApiDocument(version: string): Json {
  const items: Record<string, Json> = {}
  const put = (path: string, method: string, operation: Json): void => {
    const at = templated(path)
    items[at] = { ...items[at], [method]: operation }
  }
  for (const [name, route] of Object.entries(routes)) {
    put(route.path, route.method.toLowerCase(), operationOf(name as RouteName, route))
  }
  for (const [name, described] of Object.entries(describedPaths)) {
    const path = paths[name as keyof typeof paths]
    put(path, described.method, describedOperation(path, { name, ...described }))
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lifeline',
      version,
      summary: 'Out-of-band consoles, SSH keys and recovery',
      description: 'docs/api.md says how to sign in, page through lists, read errors and repeat requests.',
    },
    servers: [{ url: '/' }],
    paths: items,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'lifeline',
          description: 'Changes need our own Origin too.',
        },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }, { token: [] }],
  }
}

function operationOf(name: RouteName, route: AnyRoute): Json {
  const response = shape(route.response, 'output')
  const body = shape(route.body, 'input')
  return {
    operationId: name,
    tags: [tagOf(route.path)],
    summary: summaries[name],
    ...(route.needs === 'nobody' && { security: [] }),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...(response
        ? { 200: { description: 'Done.', content: { 'application/json': { schema: response } } } }
        : { 204: { description: 'Done; there is nothing to tell.' } }),
      default: errorResponse,
    },
  }
}

function describedOperation(
  path: string,
  { name, summary, query, body, answer, open }: Described & { name: string },
): Json {
  const named = [...path.matchAll(/:(\w+)/g)].map(([, param]) => ({
    name: param,
    in: 'path',
    required: true,
    schema: text,
  }))
  return {
    operationId: name,
    tags: [tagOf(path)],
    summary,
    ...(open && { security: [] }),
    parameters: [...named, ...(query ? parameters(query, 'query') : [])],
    ...(body && { requestBody: { required: true, ...content(body, 'input') } }),
    responses: {
      [answer.status]: { description: answer.description, ...content(answer, 'output') },
      default: errorResponse,
    },
  }
}

function content({ type, schema }: { type?: string; schema?: z.ZodType }, io: 'input' | 'output'): Json {
  if (type === undefined) return {}
  return { content: { [type]: schema === undefined ? {} : { schema: shape(schema, io) } } }
}

/** What a schema takes or gives as JSON Schema; undefined where there is nothing. */
function shape(schema: z.ZodType, io: 'input' | 'output'): Json | undefined {
  if (schema instanceof z.ZodVoid || schema instanceof z.ZodUndefined) return undefined
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}

function parameters(schema: z.ZodType, where: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }))
}

const errorResponse = {
  description:
    'Refused. `code` says which refusal it is, and never changes its meaning; `message` is for people.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
}

const text = { type: 'string' }

/** contract/errors.ts `ErrorBody`. */
const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: {
          enum: Object.keys(errorCatalogue),
          description: `With these statuses: ${Object.entries(errorCatalogue)
            .map((entry) => entry.join(' '))
            .join(', ')}.`,
        },
        message: text,
        mistakes: {
          type: 'array',
          items: {
            type: 'object',
            required: ['path', 'message'],
            properties: { path: { type: 'array', items: text }, message: text },
          },
        },
        refusal: {
          type: 'object',
          required: ['code', 'reason', 'remedy'],
          properties: { code: text, reason: text, remedy: text },
        },
        retryAfter: { type: 'number', description: 'Seconds, as in the header Retry-After.' },
      },
    },
  },
}

/** `/api/devices/:id` as OpenAPI writes it. */
function templated(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

/** What comes behind `/api/`. */
function tagOf(path: string): string {
  return path.split('/')[2] ?? 'api'
}
