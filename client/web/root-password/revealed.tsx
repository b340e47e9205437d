import { Button, Group, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'

/** Somebody walks away from their screen. */
const shownMs = 60_000

/** A password in sight, for a minute at most. */
export function Revealed({ password, onHide }: { password: string; onHide: () => void }) {
  const hide = useRef(onHide)
  hide.current = onHide
  useEffect(() => {
    const timer = setTimeout(() => hide.current(), shownMs)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Group gap="sm" align="flex-end">
      <TextInput
        label="Root password"
        description="It is hidden again after a minute"
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
