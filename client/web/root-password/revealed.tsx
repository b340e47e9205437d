import { Button, Group, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { RevealedPassword } from '../../../server/contract/vault.ts'

/** Somebody walks away from their screen. */
const mostShownMs = 60_000

/** A password in sight, for a minute at most, and no longer than it is kept. */
export function Revealed({ password, leftMs, onHide }: RevealedPassword & { onHide: () => void }) {
  const hide = useRef(onHide)
  hide.current = onHide
  useEffect(() => {
    const timer = setTimeout(() => hide.current(), Math.min(mostShownMs, leftMs))
    return () => clearTimeout(timer)
  }, [leftMs])
  return (
    <Group gap="sm" align="flex-end">
      <TextInput
        label="Root password"
        description="It is hidden again after a minute at most"
        readOnly
        value={password}
        w={320}
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Button variant="default" onClick={onHide}>
        Hide
      </Button>
    </Group>
  )
}
