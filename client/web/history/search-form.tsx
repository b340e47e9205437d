import { Button, TextInput, Tooltip, UnstyledButton } from '@mantine/core'
import { IconClock, IconLetterCase, IconRegex, IconSearch } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { limits } from '../../../server/contract/limits.ts'
import { gatewayNow } from '../api/gateway-clock.ts'
import { canBeAsked, mistakesOf } from './mistakes.ts'
import { MomentField } from './moment-field.tsx'
import type { Question } from './question.ts'
import classes from './search.module.css'
import { ToolButton } from './tool-button.tsx'

interface Props {
  label: string
  placeholder: string
  /** What is looked for by the address of the page. */
  question: Question
  running: boolean
  autoFocus?: boolean
  onSearch(question: Question): void
  onStop(): void
  /** More fields beside those for the time. */
  children?: (question: Question, change: (part: Partial<Question>) => void) => ReactNode
}

/** What to look for, how, and in which time. */
export function SearchForm({
  label,
  placeholder,
  question,
  running,
  onSearch,
  onStop,
  children,
  autoFocus = false,
}: Props) {
  const [typed, setTyped] = useState(question)
  useEffect(() => setTyped(question), [question])
  const change = (part: Partial<Question>) => setTyped((before) => ({ ...before, ...part }))
  const [more, setMore] = useState(children !== undefined || question.since !== '' || question.until !== '')
  const mistakes = mistakesOf(typed, gatewayNow())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (canBeAsked(typed, gatewayNow())) onSearch(typed)
  }
  return (
    <search className={classes.search}>
      <form onSubmit={submit} aria-label={label} className={classes.form}>
        <TextInput
          className={classes.text ?? ''}
          aria-label={label}
          placeholder={placeholder}
          maxLength={limits.searchTextMaxLength}
          autoFocus={autoFocus}
          autoComplete="off"
          spellCheck={false}
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
          rightSectionWidth={68}
          rightSection={
            <>
              <Toggle
                label="Match case"
                icon={IconLetterCase}
                on={typed.matchCase}
                set={(matchCase) => change({ matchCase })}
              />
              <Toggle
                label="Regular expression"
                icon={IconRegex}
                on={typed.regex}
                set={(regex) => change({ regex })}
              />
            </>
          }
          value={typed.text}
          error={mistakes.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
        />
        {!children && (
          <ToolButton aria-expanded={more} icon={IconClock} onClick={() => setMore(!more)}>
            When
          </ToolButton>
        )}
        {running ? (
          // Keys, so that the button that is clicked does not become the one that submits before the click is over.
          <Button key="stop" variant="default" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button key="search" type="submit" disabled={typed.text === ''}>
            Search
          </Button>
        )}
        {more && (
          <div className={classes.when}>
            <MomentField label="Since" value={typed.since} onChange={(since) => change({ since })} />
            <MomentField
              label="Until"
              value={typed.until}
              error={mistakes.until}
              onChange={(until) => change({ until })}
            />
            {children?.(typed, change)}
          </div>
        )}
      </form>
    </search>
  )
}

interface ToggleProps {
  label: string
  icon: typeof IconRegex
  on: boolean
  set(on: boolean): void
}

function Toggle({ label, icon: Icon, on, set }: ToggleProps) {
  return (
    <Tooltip label={label}>
      <UnstyledButton
        className={classes.toggle}
        aria-label={label}
        aria-pressed={on}
        onClick={() => set(!on)}
      >
        <Icon size={17} stroke={1.7} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  )
}
