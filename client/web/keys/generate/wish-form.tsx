import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { FailureNotice } from '../../parts/failure-notice.tsx'
import type { Wish } from './make-key.ts'

interface Props {
  comment: string
  /** Why the last try came to nothing. */
  failure: unknown
  onWish: (wish: Wish) => void
  onCancel: () => void
}

export function WishForm({ comment: usual, failure, onWish, onCancel }: Props) {
  const [comment, setComment] = useState(usual)
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [told, setTold] = useState(false)
  const differ = passphrase !== again
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(differ)
    if (!differ) onWish({ comment: plain(comment) || usual, passphrase })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {failure !== null && <FailureNotice error={failure} title="No key was made" />}
        <Text size="sm">
          An Ed25519 key is made in this page. The private half goes into a file on your computer. It is not
          sent, not kept by the browser, and gone when this dialog closes.
        </Text>
        <TextInput
          label="Comment"
          description="Stands behind the key wherever it is used. Say whose it is, and on which computer."
          data-autofocus
          maxLength={100}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <PasswordInput
          label="Passphrase"
          description="Asked for when the key is used. Without one, whoever gets the file can log in as you."
          placeholder="None"
          autoComplete="new-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        {passphrase !== '' && (
          <PasswordInput
            label="Passphrase again"
            autoComplete="new-password"
            value={again}
            error={told && differ ? 'The two are not the same' : undefined}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit">Generate key</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** One line of what can be seen: the comment stands in files that are read line by line. */
function plain(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim()
}
