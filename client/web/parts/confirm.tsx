import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useModals } from '@mantine/modals'
import { type FormEvent, type ReactNode, useState } from 'react'

interface Question {
  title: string
  text: ReactNode
  /** What the button does, as a verb with its object. */
  button: string
  /** Must be typed first, where a slip would hurt. */
  typed?: string
  /** Dangerous by default. */
  color?: string
  run: () => void
}

/** Asks before something that cannot be taken back. */
export function useConfirm(): (question: Question) => void {
  const modals = useModals()
  return (question) => {
    const id = modals.openModal({
      title: <Text fw={600}>{question.title}</Text>,
      children: <Body question={question} close={() => modals.closeModal(id)} />,
    })
  }
}

function Body({ question, close }: { question: Question; close: () => void }) {
  const { text, button, typed, color = 'red', run } = question
  const [given, setGiven] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    close()
    run()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {text}
        </Text>
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to go on`}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            value={given}
            onChange={(event) => setGiven(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={color}
            data-autofocus={typed === undefined || undefined}
            disabled={typed !== undefined && given !== typed}
          >
            {button}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
