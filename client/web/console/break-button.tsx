import { Button, Tooltip } from '@mantine/core'
import { IconBolt } from '@tabler/icons-react'
import type { Device } from '../../../server/contract/devices.ts'
import { useConfirm } from '../parts/confirm.tsx'
import classes from './console.module.css'
import { lockView } from './lock-view.ts'
import type { Model } from './model.ts'
import type { Live } from './use-console.ts'

/** Sends the serial BREAK condition, after asking: what it does is up to the machine, and may be to stop it. */
export function BreakButton({ device, model, live }: { device: Device; model: Model; live: Live | null }) {
  const confirm = useConfirm()
  const why = whyNot(device, model)
  const send = () => {
    live?.session.say({ type: 'break' })
    live?.terminal.focus()
  }
  const ask = () =>
    confirm({
      title: `Send a break to ${device.name}?`,
      text: 'What a break does is up to the machine: Linux takes the next key as a SysRq command, a switch or firmware may stop booting, some consoles change speed.',
      button: 'Send break',
      color: 'line',
      run: send,
    })
  return (
    <Tooltip label={why ?? 'Send the serial BREAK condition'}>
      <Button
        variant="default"
        size="xs"
        aria-label="Break"
        {...(why === null ? {} : { 'data-disabled': true })}
        aria-disabled={why !== null}
        onClick={why === null ? ask : (event) => event.preventDefault()}
      >
        <IconBolt size={15} aria-hidden />
        <span className={classes.breakLabel}>Break</span>
      </Button>
    </Tooltip>
  )
}

function whyNot({ may }: Device, model: Model): string | null {
  const { kind } = lockView(model)
  if (!may.break) return 'You may not send a break on this console'
  if (kind === 'detached' || model.line?.state !== 'online') return 'The line is not connected'
  if (!model.breakSupported) return 'This transport cannot send a break'
  return kind === 'theirs' ? 'Only the writer can send a break' : null
}
