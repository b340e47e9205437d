import { Kbd, Popover, Text, UnstyledButton } from '@mantine/core'
import { clockTime } from '../words/time.ts'
import classes from './console.module.css'
import type { Model } from './model.ts'
import type { Notice } from './notices.ts'

/** The last thing that happened, the earlier ones behind it, and how to get out of the terminal by keyboard. */
export function Footer({ model }: { model: Model }) {
  const latest = model.notices.at(-1)
  return (
    <footer className={classes.footer}>
      <Popover position="top-start" shadow="md" width={440}>
        <Popover.Target>
          <UnstyledButton className={classes.latest} aria-label="What happened" disabled={!latest}>
            <span role="log" aria-label="Latest event">
              {latest && <NoticeLine notice={latest} />}
            </span>
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown p={8}>
          <ul className={classes.notices} aria-label="What happened">
            {[...model.notices].reverse().map((notice) => (
              <li key={notice.id}>
                <NoticeLine notice={notice} />
              </li>
            ))}
          </ul>
        </Popover.Dropdown>
      </Popover>
      <Text
        span
        size="xs"
        className={`${classes.size} numbers`}
        title="Columns and rows of this console; the device’s settings have them"
      >
        {model.size.cols}×{model.size.rows}
      </Text>
      <Text span size="xs" className={classes.leave ?? ''}>
        <Kbd size="xs">Ctrl+Shift+F6</Kbd> leaves the terminal
      </Text>
    </footer>
  )
}

function NoticeLine({ notice: { at, tone, text } }: { notice: Notice }) {
  return (
    <span className={classes.notice} data-tone={tone}>
      <time className="numbers">{clockTime(at)}</time> {text}
    </span>
  )
}
