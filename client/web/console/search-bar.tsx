import { ActionIcon, TextInput, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconLetterCase, IconRegex, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { mostMatches } from './terminal/search.ts'
import classes from './tools.module.css'
import type { Search } from './use-search.ts'

/** Searches what the terminal holds. Over its corner, so that nothing moves. */
export function SearchBar({ search }: { search: Search }) {
  const field = useRef<HTMLInputElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once more, the field takes the focus once more
  useEffect(() => field.current?.select(), [search.asked])
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') search.close()
    else if (event.key === 'Enter') search.step(event.shiftKey ? 'previous' : 'next')
    else return
    event.preventDefault()
  }
  const { query, fault } = search
  return (
    <search className={classes.search} aria-label="Search in the terminal">
      <TextInput
        ref={field}
        size="xs"
        aria-label="Search in the terminal"
        placeholder="Search"
        value={query.text}
        error={fault !== null}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => search.change({ text: event.currentTarget.value })}
        onKeyDown={press}
      />
      <span className={`${classes.found} numbers`} role="status">
        {found(search)}
      </span>
      <Toggle label="Match case" on={query.matchCase} set={(matchCase) => search.change({ matchCase })}>
        <IconLetterCase size={16} />
      </Toggle>
      <Toggle label="Regular expression" on={query.regex} set={(regex) => search.change({ regex })}>
        <IconRegex size={16} />
      </Toggle>
      <Button label="Previous match" press={() => search.step('previous')}>
        <IconChevronUp size={16} />
      </Button>
      <Button label="Next match" press={() => search.step('next')}>
        <IconChevronDown size={16} />
      </Button>
      <Button label="Close the search" press={search.close}>
        <IconX size={16} />
      </Button>
    </search>
  )
}

function found({ query, fault, result: { current, count } }: Search): string {
  if (query.text === '') return ''
  if (fault === 'unreadable') return 'Not an expression'
  if (fault === 'empty') return 'Matches anything'
  if (count === 0) return 'Nothing found'
  if (count >= mostMatches) return `${mostMatches} or more`
  return `${current} of ${count}`
}

function Button({ label, press, children }: { label: string; press: () => void; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={26} aria-label={label} onClick={press}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

interface ToggleProps {
  label: string
  on: boolean
  set: (on: boolean) => void
  children: ReactNode
}

function Toggle({ label, on, set, children }: ToggleProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={26}
        variant={on ? 'light' : 'subtle'}
        color={on ? 'line' : 'gray'}
        aria-label={label}
        aria-pressed={on}
        onClick={() => set(!on)}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
