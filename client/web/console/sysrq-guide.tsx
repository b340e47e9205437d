import { Button } from '@mantine/core'
import { IconListNumbers } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import classes from './console.module.css'
import type { Model } from './model.ts'
import { reisub, sysRqCommand } from './sysrq-words.ts'
import tools from './tools.module.css'
import type { Live } from './use-console.ts'

interface Props {
  model: Model
  live: Live | null
  onClose: () => void
}

/** A reboot in six commands, each sent by hand, beside the terminal that shows what they do. */
export function SysRqGuide({ model, live, onClose }: Props) {
  const [step, setStep] = useState(0)
  const [before] = useState(model.lastBreak)
  const { lastBreak, me } = model
  const current = reisub[step]
  useEffect(() => {
    if (lastBreak === before || lastBreak?.by !== me || lastBreak.key !== current?.key) return
    setStep((at) => at + 1)
  }, [lastBreak, before, me, current])
  const send = () => {
    if (!current) return
    live?.session.say({ type: 'sysrq', key: current.key })
    live?.terminal.toNewest()
  }
  return (
    <section className={classes.banner} data-tone="trouble" aria-label="Guided reboot">
      <IconListNumbers size={16} aria-hidden />
      <ol className={tools.steps}>
        {reisub.map(({ key }, at) => (
          <li
            key={key}
            data-done={at < step || undefined}
            aria-current={at === step ? 'step' : undefined}
            aria-label={`${sysRqCommand(key)?.name}${at < step ? ', sent' : ''}`}
          >
            {key.toUpperCase()}
          </li>
        ))}
      </ol>
      <span className={tools.advice} role="status">
        {advice(step)}
      </span>
      <span className={classes.bannerActions}>
        {current && (
          <Button size="compact-sm" color={current.key === 'b' ? 'red' : 'line'} onClick={send}>
            {`${current.key.toUpperCase()}: ${sysRqCommand(current.key)?.name}`}
          </Button>
        )}
        {current && (
          <Button size="compact-sm" variant="default" onClick={() => setStep((at) => at + 1)}>
            Skip
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={onClose}>
          {current ? 'Stop' : 'Done'}
        </Button>
      </span>
    </section>
  )
}

function advice(step: number): string {
  const sent = reisub[step - 1]
  if (!sent) return 'Send each step, and look at the console before the next.'
  return step === reisub.length ? `Sent: ${sent.wait}` : `Sent ${sent.key.toUpperCase()}. ${sent.wait}`
}
