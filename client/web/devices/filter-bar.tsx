import { CloseButton, Kbd, TextInput, VisuallyHidden } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { count } from '../words/count.ts'
import { countGroups, type Group, groups } from './filter.ts'
import classes from './filter-bar.module.css'
import type { Filter } from './use-filter.ts'

interface Props {
  devices: Device[]
  shown: Device[]
  filter: Filter
}

const groupLabels: Record<Group, string> = {
  online: 'Online',
  trouble: 'Not connected',
  disabled: 'Disabled',
}

/** Filter as you type (`/` gets here, Enter opens the first, Escape empties) and counts that filter when pressed. */
export function FilterBar({ devices, shown, filter }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  // The address follows a moment later; typing must not wait for it.
  const [text, setText] = useState(filter.query)
  useEffect(() => setText(filter.query), [filter.query])
  const type = (query: string) => {
    setText(query)
    filter.setQuery(query)
  }
  useHotkeys([['/', () => input.current?.focus()]])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') type('')
    if (event.key === 'Enter' && shown[0]) navigate({ to: '/devices/$id', params: { id: shown[0].id } })
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      document.querySelector<HTMLElement>('[data-device-link]')?.focus()
    }
  }
  return (
    <search className={classes.bar}>
      <TextInput
        ref={input}
        className={classes.input ?? ''}
        aria-label="Filter devices"
        placeholder="Filter by name, project, description or state"
        leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
        rightSection={
          text === '' ? (
            <Kbd size="xs" className={classes.key ?? ''} aria-hidden>
              /
            </Kbd>
          ) : (
            <CloseButton size="sm" aria-label="Empty the filter" onClick={() => type('')} />
          )
        }
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        spellCheck={false}
        autoComplete="off"
      />
      <Groups devices={devices} filter={filter} />
      <VisuallyHidden role="status">{`${count(shown.length, 'device')} shown`}</VisuallyHidden>
    </search>
  )
}

function Groups({ devices, filter }: Pick<Props, 'devices' | 'filter'>) {
  const counts = countGroups(devices)
  return (
    <fieldset className={classes.groups} aria-label="State">
      <button
        type="button"
        aria-pressed={filter.group === undefined}
        onClick={() => filter.setGroup(undefined)}
      >
        All <span className="numbers">{devices.length}</span>
      </button>
      {groups.map((group) => (
        <button
          key={group}
          type="button"
          data-group={group}
          aria-pressed={filter.group === group}
          onClick={() => filter.setGroup(filter.group === group ? undefined : group)}
        >
          {groupLabels[group]} <span className="numbers">{counts[group]}</span>
        </button>
      ))}
    </fieldset>
  )
}
