import { Modal, Text, UnstyledButton } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'
import type { Address } from './address.ts'
import classes from './links-dialog.module.css'

interface Props {
  links: readonly Address[]
  onOpen: (address: Address) => void
  onClose: () => void
}

/** The addresses on the screen, each with where it leads; Enter opens, as Ctrl+click does in the terminal. */
export function LinksDialog({ links, onOpen, onClose }: Props) {
  // What the device prints meanwhile must not move what somebody is about to press.
  const [shown] = useState(links)
  // The dialog sets the focus twice; the second time must not take it back from somebody who moved on.
  const [current, setCurrent] = useState(links.length - 1)
  const open = (address: Address) => {
    onClose()
    onOpen(address)
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={600}>Links on the screen</Text>}>
      {shown.length === 0 && (
        <Text size="sm">
          There is no http or https address on the screen. Scroll back to where one stands.
        </Text>
      )}
      <ul className={classes.list} onKeyDown={step}>
        {shown.map((address, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and the same address may stand there twice
          <li key={at}>
            <UnstyledButton
              className={classes.link ?? ''}
              data-autofocus={at === current || undefined}
              onFocus={() => setCurrent(at)}
              onClick={() => open(address)}
            >
              <span className={`${classes.address} mono`}>{address.href}</span>
              {address.label !== null && (
                <span className={classes.label}>shown as “{address.label}”; asks first</span>
              )}
              {address.label === null && address.disguised && (
                <span className={classes.label}>leads to {address.host}; asks first</span>
              )}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </Modal>
  )
}

function step(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (by === undefined) return
  event.preventDefault()
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const at = buttons.findIndex((button) => button.matches(':focus'))
  buttons[at + by]?.focus()
}
