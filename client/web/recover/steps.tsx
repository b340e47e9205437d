import { VisuallyHidden } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircle,
  IconCircleCheck,
  IconCircleDot,
  type TablerIcon,
} from '@tabler/icons-react'
import { type Recovery, recoverySteps } from '../../../server/contract/recovery.ts'
import { useNow } from '../parts/now.ts'
import classes from './recover.module.css'
import { type StepState, stepState, stepStateWords, stepTime, stepWords } from './words.ts'

const icons: Record<StepState, TablerIcon> = {
  done: IconCircleCheck,
  now: IconCircleDot,
  'to-come': IconCircle,
  stopped: IconAlertTriangle,
}

/** What is done, what goes on and since when, and what is to come. */
export function Steps({ recovery }: { recovery: Recovery }) {
  const now = useNow()
  return (
    <ol className={classes.steps} aria-label="Steps">
      {recoverySteps.map((name) => {
        const step = recovery.steps.find((one) => one.step === name)
        const state = stepState(recovery, name)
        const Icon = icons[state]
        return (
          <li key={name} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
            <Icon size={18} stroke={1.8} aria-hidden />
            <span>
              {stepWords[name]}
              {state === 'stopped' && ': stopped here'}
              <VisuallyHidden>. {stepStateWords[state]}</VisuallyHidden>
            </span>
            {step && <span className="numbers">{stepTime(step, now)}</span>}
          </li>
        )
      })}
    </ol>
  )
}
