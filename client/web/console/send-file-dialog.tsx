import { Button, Checkbox, FileInput, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type DragEvent, type FormEvent, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { fileQuery } from '../../../server/contract/jobs.ts'
import { limits } from '../../../server/contract/limits.ts'
import { check } from '../api/check.ts'
import { sendFile } from '../api/send-file.ts'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { bytes, count } from '../words/count.ts'
import { typingSeconds } from './paste.ts'
import type { Paste } from './use-paste.ts'

/** Types a file into the device: for a machine whose network is what has to be repaired. */
export function SendFileDialog({ device, paste }: { device: Device; paste: Paste }) {
  const [file, setFile] = useState<File | null>(null)
  const [path, setPath] = useState('')
  const [mode, setMode] = useState('644')
  const [overwrite, setOverwrite] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const close = () => paste.setChoosing(false)
  const send = useMutation({
    mutationFn: ({ file, query }: Sending) => sendFile(device.id, file, query),
    onSuccess: ({ job, sha256 }) => {
      paste.setSent({ jobId: job.id, sha256 })
      close()
    },
  })
  const choose = (chosen: File | null) => {
    setFile(chosen)
    if (chosen && (path === '' || path === suggested(file))) setPath(suggested(chosen))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = check(fileQuery, { path, mode, ...(overwrite && { overwrite: '1' }) })
    const wrong = { ...(checked.ok ? {} : checked.errors), ...(!file && { file: 'Choose a file' }) }
    setErrors(wrong)
    if (file && checked.ok && tooLarge(file) === undefined) send.mutate({ file, query: checked.request })
  }
  return (
    <Modal opened onClose={close} title={<Text fw={600}>Send a file over the console</Text>}>
      <form onSubmit={submit} onDragOver={(event) => event.preventDefault()} onDrop={dropped(choose)}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            It is typed at the shell that waits on the console, in pieces with checksums. Log in there first,
            and leave it at the prompt. Nothing but sh, stty and cksum is needed.
          </Text>
          <FileInput
            label="File"
            description={`At most ${bytes(limits.fileBytes)}. Choose it, or drop it here`}
            placeholder="No file chosen"
            value={file}
            error={tooLarge(file) ?? errors.file}
            onChange={choose}
          />
          <TextInput
            label="Path on the device"
            value={path}
            error={errors.path}
            spellCheck={false}
            onChange={(event) => setPath(event.currentTarget.value)}
          />
          <TextInput
            label="Mode"
            description="Octal, as for chmod"
            value={mode}
            error={errors.mode}
            onChange={(event) => setMode(event.currentTarget.value)}
          />
          <Checkbox
            label="Replace a file that is there"
            checked={overwrite}
            onChange={(event) => setOverwrite(event.currentTarget.checked)}
          />
          {file && tooLarge(file) === undefined && (
            <Text size="sm" className="numbers">
              {estimate(device, file)}
            </Text>
          )}
          {send.error && <FailureNotice error={send.error} title="The file was not sent" />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={send.isPending}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

interface Sending {
  file: File
  query: Parameters<typeof sendFile>[2]
}

function suggested(file: File | null): string {
  return file ? `/root/${file.name}` : ''
}

function dropped(choose: (file: File | null) => void) {
  return (event: DragEvent) => {
    event.preventDefault()
    choose(event.dataTransfer.files[0] ?? null)
  }
}

function tooLarge(file: File | null): string | undefined {
  if (!file || file.size <= limits.fileBytes) return undefined
  return `This one has ${bytes(file.size)}: too much for a console. Send it in parts, or compressed.`
}

/** Each 96 bytes are a line of 150 characters, and its answer takes a moment. */
function estimate({ transport }: Device, { size }: File): string {
  const pieces = Math.ceil(size / 96)
  const seconds = Math.ceil(typingSeconds(transport, pieces * 180) + pieces * 0.01)
  return `${bytes(size)}: ${seconds < 90 ? count(seconds, 'second') : `${Math.ceil(seconds / 60)} minutes`} or more.`
}
