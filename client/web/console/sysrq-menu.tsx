import { Button, Kbd, Menu, Text } from '@mantine/core'
import { IconBolt, IconListNumbers } from '@tabler/icons-react'
import { Fragment, useId } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { useConfirm } from '../parts/confirm.tsx'
import classes from './console.module.css'
import { lockView } from './lock-view.ts'
import type { Model } from './model.ts'
import { reisub, type SysRqCommand, sysRqGroups, whyNoBreak } from './sysrq-words.ts'
import tools from './tools.module.css'
import type { Live } from './use-console.ts'

interface Props {
  device: Device
  model: Model
  live: Live | null
  opened: boolean
  setOpened: (opened: boolean) => void
  /** Begins the guided reboot. */
  onGuide: () => void
}

/** The serial BREAK, and what Linux does on the key after it; each is asked about first. */
export function SysRqMenu({ device, model, live, opened, setOpened, onGuide }: Props) {
  const why = whyNot(device, model)
  const ask = useAsking(device, live)
  const reason = useId()
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={330}
      returnFocus
      classNames={{ item: tools.tight ?? '' }}
    >
      <Menu.Target>
        <Button variant="default" size="xs" aria-label="Break and SysRq">
          <IconBolt size={15} aria-hidden />
          <span className={classes.breakLabel}>SysRq</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={tools.tall ?? ''} {...(why !== null && { 'aria-describedby': reason })}>
        {why !== null && (
          <Text id={reason} size="sm" p={12} c="dimmed">
            {why}
          </Text>
        )}
        <Menu.Item disabled={why !== null} leftSection={<IconBolt size={16} />} onClick={ask.breakAlone}>
          Break alone…
        </Menu.Item>
        <Menu.Item
          disabled={why !== null}
          leftSection={<IconListNumbers size={16} />}
          onClick={() => ask.guide(onGuide)}
        >
          Guided reboot…
        </Menu.Item>
        {sysRqGroups.map(({ title, commands }) => (
          <Fragment key={title}>
            <Menu.Label>{title}</Menu.Label>
            {commands.map((command) => (
              <Menu.Item
                key={command.key}
                disabled={why !== null}
                leftSection={<Kbd size="xs">{command.key}</Kbd>}
                {...(command.danger && { rightSection: <span className={tools.danger}>dangerous</span> })}
                onClick={() => ask.command(command)}
              >
                {command.name}…
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function useAsking({ name }: Device, live: Live | null) {
  const confirm = useConfirm()
  const say = (message: Parameters<Live['session']['say']>[0]) => {
    live?.session.say(message)
    live?.terminal.focus()
  }
  return {
    breakAlone: () =>
      confirm({
        title: `Send a break to ${name}?`,
        text: 'What a break does is up to the machine: Linux takes the next key as a SysRq command, a switch or firmware may stop booting, some consoles change speed.',
        button: 'Send break',
        color: 'line',
        run: () => say({ type: 'break' }),
      }),
    command: ({ key, name: command, does, danger }: SysRqCommand) =>
      confirm({
        title: `Send SysRq ${key} to ${name}?`,
        text: (
          <>
            <b>{command}.</b> {does}
          </>
        ),
        button: `Send SysRq ${key}`,
        ...(danger ? { typed: name } : { color: 'line' }),
        run: () => say({ type: 'sysrq', key }),
      }),
    guide: (begin: () => void) =>
      confirm({
        title: `Reboot ${name} step by step?`,
        text: `Six SysRq commands, ${reisub.map(({ key }) => key.toUpperCase()).join(' ')}: take the keyboard back, end programs, kill programs, sync disks, remount read-only, reboot. You send each of them and see what it prints before the next.`,
        button: 'Begin',
        typed: name,
        run: begin,
      }),
  }
}

function whyNot(device: Device, model: Model): string | null {
  const { kind } = lockView(model)
  if (!device.may.break)
    return 'You may not send a break on this console. The owner of its project can change that.'
  if (kind === 'detached' || model.line?.state !== 'online') return 'The line is not connected.'
  if (!model.breakSupported) return `This line cannot carry a break. ${whyNoBreak(device)}`
  return kind === 'theirs' ? 'Only the writer can send a break: ask for the write lock first.' : null
}
