import { Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Entry } from './arrange.ts'
import classes from './reference.module.css'
import { nameOf, type Schema, schemaText } from './schema-text.ts'

interface Props {
  entry: Entry
  schemas: Record<string, Schema>
}

/** One route: closed, a line; open, what it takes and what it answers. */
export function EntryView({ entry, schemas }: Props) {
  const [open, setOpen] = useState(false)
  const { method, path, operation } = entry
  return (
    <details className={classes.entry} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className={classes.method} data-method={method}>
          {method.toUpperCase()}
        </span>
        <span className={`${classes.path} mono`}>{path}</span>
        <span className={classes.summary}>{operation.summary}</span>
      </summary>
      {open && <Body entry={entry} schemas={schemas} />}
    </details>
  )
}

function Body({ entry: { operation }, schemas }: Props) {
  const body = Object.entries(operation.requestBody?.content ?? {})
  const answers = Object.entries(operation.responses)
  return (
    <div className={classes.body}>
      {operation.description !== '' && <Text size="sm">{operation.description}</Text>}
      {operation.parameters.length > 0 && (
        <Part name="Parameters">
          <dl className={classes.parameters}>
            {operation.parameters.map((parameter) => (
              <div key={parameter.in + parameter.name}>
                <dt className="mono">
                  {parameter.name}
                  {!parameter.required && '?'}
                </dt>
                <dd>
                  <span className="mono">{schemaText(parameter.schema)}</span> in the {parameter.in}
                  {parameter.description !== '' && `: ${parameter.description}`}
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      {body.map(([type, { schema }]) => (
        <Part key={type} name={`Body, ${type}`}>
          <Shape schema={schema} schemas={schemas} />
        </Part>
      ))}
      {answers.map(([status, { description, content }]) => (
        <Part key={status} name={`${status} ${description}`}>
          {Object.entries(content).map(([type, { schema }]) => (
            <Shape key={type} schema={schema} schemas={schemas} />
          ))}
        </Part>
      ))}
    </div>
  )
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <h3>{name}</h3>
      {children}
    </div>
  )
}

/** A schema that is only a name is shown as what it stands for. */
function Shape({ schema, schemas }: { schema: Schema | undefined; schemas: Record<string, Schema> }) {
  if (!schema) return null
  const named = schema.$ref === undefined ? undefined : schemas[nameOf(schema.$ref)]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre className="mono" tabIndex={0}>
      {schemaText(named ?? schema)}
    </pre>
  )
}
