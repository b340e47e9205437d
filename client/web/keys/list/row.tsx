import { ActionIcon, Anchor, Menu, Table, Text } from '@mantine/core'
import { IconCopy, IconDots, IconPencil, IconServerBolt, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { PortalKey } from '../../../../server/contract/keys.ts'
import { Ago } from '../../parts/ago.tsx'
import { KeyFace } from '../../parts/key-face.tsx'
import table from '../../parts/table.module.css'
import { Tag } from '../../parts/tag.tsx'
import { tellDone, tellFailure } from '../../parts/tell.ts'
import { count } from '../../words/count.ts'
import { dateOnly } from '../../words/time.ts'
import { DeleteKeyDialog } from './delete-dialog.tsx'
import { EditKeyDialog } from './edit-dialog.tsx'
import { PlacesDialog } from './places-dialog.tsx'

type Open = 'edit' | 'delete' | 'places' | null

export function KeyRow({ portalKey: key }: { portalKey: PortalKey }) {
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  return (
    <Table.Tr>
      <Table.Td>
        <KeyFace name={key.label} facts={key} />
        <Text size="sm" c="dimmed" hiddenFrom="sm" mt={4}>
          {key.expiresAt !== null && !key.expired && 'expires '}
          {key.expiresAt !== null && (
            <>
              <Expiry portalKey={key} /> ·{' '}
            </>
          )}
          on <Places portalKey={key} onOpen={() => setOpen('places')} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Expiry portalKey={key} />
      </Table.Td>
      <Table.Td visibleFrom="md" c="dimmed">
        {key.lastPushedAt === null ? 'never' : <Ago at={key.lastPushedAt} />}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Places portalKey={key} onOpen={() => setOpen('places')} />
      </Table.Td>
      <Table.Td className={table.actions}>
        <RowMenu portalKey={key} onOpen={setOpen} />
        {open === 'edit' && <EditKeyDialog portalKey={key} onClose={close} />}
        {open === 'delete' && <DeleteKeyDialog portalKey={key} onClose={close} />}
        {open === 'places' && <PlacesDialog portalKey={key} onClose={close} />}
      </Table.Td>
    </Table.Tr>
  )
}

function Expiry({ portalKey: { expiresAt, expired } }: { portalKey: PortalKey }) {
  if (expired) return <Tag tone="trouble">Expired</Tag>
  if (expiresAt === null)
    return (
      <Text span inherit c="dimmed">
        never
      </Text>
    )
  return <span className="numbers">{dateOnly(expiresAt)}</span>
}

function Places({ portalKey: { foundOn }, onOpen }: { portalKey: PortalKey; onOpen: () => void }) {
  if (foundOn === 0)
    return (
      <Text span inherit c="dimmed">
        no server
      </Text>
    )
  return (
    <Anchor component="button" type="button" inherit underline="always" onClick={onOpen}>
      {count(foundOn, 'server')}
    </Anchor>
  )
}

function RowMenu({ portalKey: key, onOpen }: { portalKey: PortalKey; onOpen: (open: Open) => void }) {
  const icon = { size: 16, stroke: 1.6 }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`Actions for ${key.label}`} size="md">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => void copy(key.line)}>
          Copy public key
        </Menu.Item>
        <Menu.Item
          leftSection={<IconServerBolt {...icon} />}
          renderRoot={(props) => <Link to="/push" search={{ keys: key.sha256 }} {...props} />}
        >
          Push this key to…
        </Menu.Item>
        {key.may.edit && (
          <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => onOpen('edit')}>
            Rename, expiry…
          </Menu.Item>
        )}
        {key.may.delete && (
          <Menu.Item
            leftSection={<IconTrash {...icon} />}
            c="var(--app-danger)"
            onClick={() => onOpen('delete')}
          >
            Delete…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

async function copy(line: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(line)
    tellDone('The public key is in the clipboard')
  } catch {
    tellFailure('The browser did not give the clipboard', new Error(`copy it from here: ${line}`))
  }
}
