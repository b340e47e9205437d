import { Button, Text } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState } from 'react'
import type { TestResult } from '../../../server/contract/devices.ts'
import { HostKeyQuestion } from '../parts/host-key.tsx'
import { Notice } from '../parts/notice.tsx'
import { troubleWord } from '../words/line.ts'
import classes from './test-outcome.module.css'

interface Props {
  result: TestResult
  pinned: string
  onAccept: (fingerprint: string) => void
}

/** What came of a test, in words; an unknown or changed host key becomes a question. */
export function TestOutcome({ result, pinned, onAccept }: Props) {
  if (result.ok) return <Connected said={result.said} tookMs={result.tookMs} />
  const { code, message, offered } = result.cause
  if (offered !== undefined) {
    return (
      <HostKey
        offered={offered}
        pinned={code === 'host-key-changed' ? pinned : undefined}
        onAccept={onAccept}
      />
    )
  }
  return (
    <Notice tone="trouble" title={`Not connected: ${troubleWord(code).toLowerCase()}`}>
      {message}
    </Notice>
  )
}

function Connected({ said, tookMs }: { said: string; tookMs: number }) {
  return (
    <Notice tone="good" title={`Connected in ${(tookMs / 1000).toFixed(1)} s`}>
      {said === '' ? (
        <Text size="sm">
          It printed nothing meanwhile, which is usual: most consoles only speak when spoken to.
        </Text>
      ) : (
        <>
          <Text size="sm">It said:</Text>
          <pre className={`${classes.said} mono`}>{said}</pre>
        </>
      )}
    </Notice>
  )
}

interface HostKeyProps {
  offered: string
  pinned: string | undefined
  onAccept: (fingerprint: string) => void
}

function HostKey({ offered, pinned, onAccept }: HostKeyProps) {
  const [compared, setCompared] = useState(false)
  return (
    <Notice
      tone={pinned ? 'danger' : 'trouble'}
      title={pinned ? 'The host key has changed' : 'Is this the right host?'}
      icon={IconFingerprint}
    >
      <HostKeyQuestion offered={offered} pinned={pinned} checked={compared} onChecked={setCompared} />
      <Button
        mt="md"
        size="xs"
        color={pinned ? 'red' : 'line'}
        disabled={!compared}
        onClick={() => onAccept(offered)}
      >
        Accept this key and test again
      </Button>
    </Notice>
  )
}
