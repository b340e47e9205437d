import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import type { Device } from '../../../server/contract/devices.ts'
import { limits } from '../../../server/contract/limits.ts'
import { bytes, count } from '../words/count.ts'
import { type PastePlan, planPaste, typingSeconds } from './paste.ts'
import type { TerminalView } from './terminal.ts'
import type { Paste } from './use-paste.ts'

interface Props {
  device: Device
  paste: Paste
  terminal: TerminalView | null
}

/** Several lines are several commands to a shell: they are shown, and may be changed, before they are typed. */
export function PasteDialog({ device, paste, terminal }: Props) {
  const text = paste.pending ?? ''
  const plan = planPaste(text)
  const close = () => paste.setPending(null)
  const go = () => {
    close()
    paste.type(text, terminal)
    terminal?.focus()
  }
  return (
    <Modal opened onClose={close} size="lg" title={<Text fw={600}>{title(text, plan)}</Text>}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Each line end is typed as Enter, once its line has come back as it was typed. Whatever reads the
          console now will take it: make sure that it is what you think it is.
        </Text>
        <Textarea
          aria-label="Text to paste"
          data-autofocus={text === '' || undefined}
          autosize
          minRows={4}
          maxRows={14}
          value={text}
          spellCheck={false}
          onChange={(event) => paste.setPending(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }}
          error={problem(plan)}
        />
        {text !== '' && (
          <Text size="sm" className="numbers">
            {facts(device, plan)}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            data-autofocus={text !== '' || undefined}
            disabled={plan.text === '' || plan.tooLarge}
            onClick={go}
          >
            {plan.lines.length > 1 ? `Paste ${count(plan.lines.length, 'line')}` : 'Paste'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function title(text: string, { lines }: PastePlan): string {
  if (text === '') return 'Paste'
  return lines.length > 1
    ? `Paste ${count(lines.length, 'line')} into the console?`
    : 'Paste into the console?'
}

function facts({ transport }: Device, { lines, bytes: size, ends }: PastePlan): string {
  const seconds = Math.ceil(typingSeconds(transport, size))
  const end = ends
    ? 'The last line ends too, so it is entered.'
    : 'The last line has no line end: it is typed, not entered.'
  return `${count(lines.length, 'line')}, ${bytes(size)}: ${count(seconds, 'second')} or more. ${end}`
}

function problem({ tooLarge, removed, controls }: PastePlan): string | undefined {
  if (tooLarge) {
    return `More than ${bytes(limits.pasteBytes)} at once is too much for a console. Paste it in parts, or send it as a file.`
  }
  return removed > 0 ? `${count(removed, 'control character')} will be left out: ${controls}` : undefined
}
