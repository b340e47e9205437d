import { Popover, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import type { Viewer } from '../../../server/contract/console.ts'
import { Ago } from '../parts/ago.tsx'
import { PersonDot } from '../parts/person.tsx'
import { count } from '../words/count.ts'
import classes from './console.module.css'
import type { Model } from './model.ts'

/** Who is attached, as initials; pressed, by name with what they do. */
export function People({ model }: { model: Model }) {
  const viewers = sorted(model)
  if (model.link.state !== 'attached' || viewers.length === 0) return null
  const shown = viewers.slice(0, viewers.length > 4 ? 3 : 4)
  return (
    <Popover position="bottom-end" shadow="md" width={280}>
      <Popover.Target>
        <UnstyledButton className={classes.people}>
          <VisuallyHidden>{`${count(viewers.length, 'viewer')} here:`}</VisuallyHidden>
          {shown.map((viewer) => (
            <PersonDot
              key={viewer.id}
              userId={viewer.userId}
              name={viewer.name}
              types={viewer.id === model.lock.writer}
              label={describe(viewer, model)}
              size={28}
            />
          ))}
          {viewers.length > shown.length && <span className="numbers">+{viewers.length - shown.length}</span>}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={8}>
        <ul className={classes.viewers} aria-label="Who is here">
          {viewers.map((viewer) => (
            <li key={viewer.id}>
              <PersonDot
                decorative
                userId={viewer.userId}
                name={viewer.name}
                types={viewer.id === model.lock.writer}
              />
              <div>
                <Text size="sm" fw={550} truncate>
                  {viewer.name}
                  {viewer.id === model.me && (
                    <Text span c="dimmed">
                      {' '}
                      (this page)
                    </Text>
                  )}
                </Text>
                <Text size="xs" c="dimmed">
                  {doing(viewer, model)}, since <Ago at={viewer.attachedAt} />
                </Text>
              </div>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}

function sorted({ viewers, lock, me }: Model): Viewer[] {
  const rank = ({ id }: Viewer) => (id === lock.writer ? 0 : id === lock.asking ? 1 : id === me ? 2 : 3)
  return [...viewers].sort((one, other) => rank(one) - rank(other))
}

function doing(viewer: Viewer, { lock }: Model): string {
  if (viewer.id === lock.writer) return 'has the write lock'
  if (viewer.id === lock.asking) return 'asks for the write lock'
  return viewer.mayWrite ? 'watches' : 'may only watch'
}

function describe(viewer: Viewer, model: Model): string {
  return `${viewer.name}${viewer.id === model.me ? ' (this page)' : ''} ${doing(viewer, model)}`
}
