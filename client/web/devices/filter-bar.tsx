import { Checkbox, CloseButton, Kbd, NativeSelect, TextInput, VisuallyHidden } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useRef } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { count } from '../words/count.ts'
import { type Sort, sorts } from './arrange.ts'
import { countGroups, type Group, groups } from './filter.ts'
import classes from './filter-bar.module.css'
import type { Filter } from './use-filter.ts'

interface Props {
  devices: readonly Device[]
  shown: readonly Device[]
  filter: Filter
}

const groupLabels: Record<Group, string> = {
  attention: 'Attention',
  online: 'Online',
  trouble: 'Not connected',
  disabled: 'Disabled',
}

/** Filter as you type (`/` gets here, Enter opens the first, Escape empties) and counts that filter when pressed. */
export function FilterBar({ devices, shown, filter }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  useHotkeys([['/', () => input.current?.focus()]])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') filter.setQuery('')
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
        placeholder="Filter by name, project, tag, description or state"
        leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
        rightSection={
          filter.query === '' ? (
            <Kbd size="xs" className={classes.key ?? ''} aria-hidden>
              /
            </Kbd>
          ) : (
            <CloseButton size="sm" aria-label="Empty the filter" onClick={() => filter.setQuery('')} />
          )
        }
        value={filter.query}
        onChange={(event) => filter.setQuery(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        spellCheck={false}
        autoComplete="off"
      />
      <Groups devices={devices} filter={filter} />
      <Arrangement filter={filter} />
      <VisuallyHidden role="status">{`${count(shown.length, 'device')} shown`}</VisuallyHidden>
    </search>
  )
}

const sortLabels: Record<Sort, string> = {
  name: 'By name',
  attention: 'Attention first',
  state: 'By state',
  output: 'Last output first',
}

function Arrangement({ filter }: Pick<Props, 'filter'>) {
  return (
    <div className={classes.arrangement}>
      <NativeSelect
        size="xs"
        aria-label="Order"
        data={sorts.map((sort) => ({ value: sort, label: sortLabels[sort] }))}
        value={filter.sort}
        onChange={({ currentTarget: { value } }) =>
          filter.setSort(sorts.find((sort) => sort === value) ?? 'name')
        }
      />
      <Checkbox
        size="xs"
        label="By project"
        checked={filter.byProject}
        onChange={(event) => filter.setByProject(event.currentTarget.checked)}
      />
      <Checkbox
        size="xs"
        label="Power"
        checked={filter.power}
        onChange={(event) => filter.setPower(event.currentTarget.checked)}
      />
    </div>
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
