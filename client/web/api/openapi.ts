import { z } from 'zod'
import type { Schema } from '../reference/schema-text.ts'
import { parseJson } from './call.ts'
import { failureOf, unreachable, unreadable } from './failure.ts'

// The document says what a schema is; it is only shown.
const schema = z.custom<Schema>((value) => typeof value === 'object' && value !== null)
const content = z.record(z.string(), z.object({ schema: schema.optional() }))

const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().default(false),
  description: z.string().default(''),
  schema: schema.default({}),
})
const operation = z.object({
  operationId: z.string().optional(),
  summary: z.string().default(''),
  description: z.string().default(''),
  tags: z.array(z.string()).default([]),
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content }).optional(),
  responses: z
    .record(z.string(), z.object({ description: z.string().default(''), content: content.default({}) }))
    .default({}),
})
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** An OpenAPI 3.1 document, as far as the reference shows it. */
export const openApi = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string().default('') }),
  paths: z.record(z.string(), z.partialRecord(z.enum(methods), operation)),
  components: z.object({ schemas: z.record(z.string(), schema).default({}) }).default({ schemas: {} }),
})
export type OpenApi = z.infer<typeof openApi>
export type Operation = z.infer<typeof operation>

/** The gateway's own description of its API. Throws `Failure`. */
export async function readOpenApi(): Promise<OpenApi> {
  const answer = await fetch('/api/openapi.json', { credentials: 'same-origin' }).catch((error: unknown) =>
    Promise.reject(unreachable(error)),
  )
  const body = parseJson(await answer.text())
  if (!answer.ok) throw failureOf(answer.status, body)
  const read = openApi.safeParse(body)
  if (!read.success) throw unreadable(answer.status, read.error)
  return read.data
}
