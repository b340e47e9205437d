/** A JSON Schema as OpenAPI 3.1 has it, as far as it is read here. */
export interface Schema {
  $ref?: string | undefined
  type?: string | string[] | undefined
  const?: unknown
  enum?: unknown[] | undefined
  properties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  additionalProperties?: boolean | Schema | undefined
  items?: Schema | undefined
  prefixItems?: Schema[] | undefined
  anyOf?: Schema[] | undefined
  oneOf?: Schema[] | undefined
  allOf?: Schema[] | undefined
  description?: string | undefined
  format?: string | undefined
}

/** Nobody reads deeper, and a document that refers to itself would never end. */
const deepest = 12

/** A schema as a person reads a type: `{ name: string, size?: 24 | 25 }`, objects over several lines. */
export function schemaText(schema: Schema, indent = ''): string {
  if (indent.length > deepest * 2) return '…'
  if (schema.$ref !== undefined) return nameOf(schema.$ref)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return unique(choices.map((one) => schemaText(one, indent))).join(' | ')
  if (schema.allOf) return unique(schema.allOf.map((one) => schemaText(one, indent))).join(' & ')
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => schemaText({ ...schema, type }, indent)).join(' | ')
  }
  if (schema.type === 'array') return arrayText(schema, indent)
  if (schema.properties || schema.type === 'object') return objectText(schema, indent)
  return schema.type ?? 'anything'
}

function arrayText({ items, prefixItems }: Schema, indent: string): string {
  if (prefixItems) return `[${prefixItems.map((one) => schemaText(one, indent)).join(', ')}]`
  const one = schemaText(items ?? {}, indent)
  return one.includes(' | ') && !one.startsWith('{') ? `(${one})[]` : `${one}[]`
}

function objectText(schema: Schema, indent: string): string {
  const { properties = {}, required = [], additionalProperties } = schema
  const inner = `${indent}  `
  const lines = Object.entries(properties).flatMap(([name, property]) => [
    ...comment(property, inner),
    `${inner}${name}${required.includes(name) ? '' : '?'}: ${schemaText(property, inner)}`,
  ])
  if (typeof additionalProperties === 'object') {
    lines.push(`${inner}[name]: ${schemaText(additionalProperties, inner)}`)
  }
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
}

function comment({ description }: Schema, indent: string): string[] {
  return (description ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `${indent}// ${line.trim()}`)
}

/** The last step of `#/components/schemas/Device`. */
export function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)]
}
