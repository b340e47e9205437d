import { Button, Collapse, FileButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { IconFileUpload, IconHelp } from '@tabler/icons-react'
import { useState } from 'react'
import type { KeyOwner } from '../../api/keys.ts'
import { DropArea } from '../../parts/drop-area.tsx'
import { tellDone } from '../../parts/tell.ts'
import { count } from '../../words/count.ts'
import { KeyHelp } from '../help.tsx'
import { Candidates } from './candidates.tsx'
import { endOfDay } from './expiry.ts'
import { ExpiryField } from './expiry-field.tsx'
import { NoteNotice } from './private-notice.tsx'
import type { Found, FoundKey } from './read-text.ts'
import { type Servers, ServersField } from './servers-field.tsx'
import { useAdding, type Wanted } from './use-adding.ts'
import { useKeyText } from './use-key-text.ts'
import { usePush } from './use-push.ts'

interface Props {
  owner: KeyOwner
  /** A key to begin with. */
  initial?: string
  onClose: () => void
}

/** Takes public keys in whatever form people have them. Everything is read in the page; the normal form is all that is sent. */
export function AddKeyDialog({ owner, initial = '', onClose }: Props) {
  const keyText = useKeyText(initial)
  const { outcomes, busy, addAll } = useAdding(owner)
  const [labels, setLabels] = useState<Record<string, string>>({})
  const [date, setDate] = useState('')
  const [servers, setServers] = useState<Servers>({ on: 'all' })
  const push = usePush(owner, servers)
  const keys = keyText.found.filter(isKey)
  const done = keys.length > 0 && keys.every(({ sha256 }) => isIn(outcomes[sha256]?.state))

  const wanted = (key: FoundKey): Wanted => {
    const label = (labels[key.sha256] ?? key.comment).trim().slice(0, 64)
    const expiresAt = endOfDay(date)
    const body = {
      text: key.line,
      ...(label === '' ? {} : { label }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(servers.on === 'all' ? {} : { devices: servers.on === 'some' ? servers.ids : [] }),
    }
    return { sha256: key.sha256, body }
  }
  const submit = async () => {
    const whole = await addAll(keys.map(wanted))
    // One key needs no table of outcomes.
    if (!whole || keyText.found.length > 1) return
    tellDone('The key is added')
    onClose()
  }
  const submitAndPush = async () => {
    if (await addAll(keys.map(wanted))) await push?.(keys.map(({ sha256 }) => sha256))
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<Text fw={600}>{owner.kind === 'project' ? `Add a key of ${owner.name}` : 'Add SSH key'}</Text>}
    >
      <DropArea invitation="Drop key files here" onFiles={(files) => void keyText.drop(files)}>
        <Stack gap="md">
          <Paste text={keyText.text} onText={keyText.change} onFiles={(files) => void keyText.drop(files)} />
          {keyText.note && <NoteNotice note={keyText.note} />}
          {keyText.found.length > 0 && (
            <Candidates
              found={keyText.found}
              labels={labels}
              outcomes={outcomes}
              onLabel={(sha256, label) => setLabels({ ...labels, [sha256]: label })}
            />
          )}
          {keys.length > 0 && !done && (
            <>
              <ServersField owner={owner} servers={servers} onServers={setServers} />
              <ExpiryField date={date} onDate={setDate} />
            </>
          )}
          <Group justify="flex-end" gap="sm">
            {done ? (
              <Button onClick={onClose}>Done</Button>
            ) : (
              <>
                <Button variant="default" onClick={onClose}>
                  Cancel
                </Button>
                {keys.length > 0 && push && (
                  <Button variant="default" disabled={busy} onClick={() => void submitAndPush()}>
                    Add and push…
                  </Button>
                )}
                <Button loading={busy} disabled={keys.length === 0} onClick={() => void submit()}>
                  {keys.length > 1 ? `Add ${count(keys.length, 'key')}` : 'Add key'}
                </Button>
              </>
            )}
          </Group>
        </Stack>
      </DropArea>
    </Modal>
  )
}

interface PasteProps {
  text: string
  onText: (text: string) => void
  onFiles: (files: File[]) => void
}

function Paste({ text, onText, onFiles }: PasteProps) {
  const [help, setHelp] = useState(false)
  return (
    <div>
      <Textarea
        label="Public key"
        description="From ssh-keygen, PuTTYgen, OpenSSL or a security key. Several at once are split. Files can be dropped anywhere here."
        placeholder="ssh-ed25519 AAAA… you@laptop"
        data-autofocus
        autosize
        minRows={3}
        maxRows={7}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }}
      />
      <Group gap="xs" mt="xs">
        <FileButton multiple onChange={onFiles}>
          {(props) => (
            <Button {...props} size="xs" variant="default" leftSection={<IconFileUpload size={15} />}>
              Choose files
            </Button>
          )}
        </FileButton>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconHelp size={15} />}
          aria-expanded={help}
          onClick={() => setHelp(!help)}
        >
          Where is my key?
        </Button>
      </Group>
      <Collapse expanded={help}>{help && <KeyHelp />}</Collapse>
    </div>
  )
}

function isKey(found: Found): found is FoundKey {
  return found.ok
}

function isIn(state: string | undefined): boolean {
  return state === 'added' || state === 'existed'
}
