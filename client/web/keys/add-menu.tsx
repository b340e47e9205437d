import { Button } from '@mantine/core'
import { IconDownload, IconPlus, IconSparkles } from '@tabler/icons-react'
import type { KeyOwner } from '../api/keys.ts'
import { AddKeyDialog } from './add/dialog.tsx'
import { GenerateDialog } from './generate/dialog.tsx'
import { ImportDialog } from './import/dialog.tsx'

/** Which dialog is open; `line` is the key it begins with. */
export type KeyDialog = { open: 'add'; line?: string } | { open: 'generate' } | { open: 'import' }

/** The three ways to a key in the portal. */
export function AddMenu({ onDialog }: { onDialog: (dialog: KeyDialog) => void }) {
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} />}
        onClick={() => onDialog({ open: 'import' })}
      >
        Import
      </Button>
      <Button
        variant="default"
        leftSection={<IconSparkles size={16} />}
        onClick={() => onDialog({ open: 'generate' })}
      >
        Generate a key
      </Button>
      <Button leftSection={<IconPlus size={16} />} onClick={() => onDialog({ open: 'add' })}>
        Add SSH key
      </Button>
    </>
  )
}

interface Props {
  owner: KeyOwner
  /** What a generated key is called. */
  comment: string
  dialog: KeyDialog | null
  onDialog: (dialog: KeyDialog | null) => void
}

export function KeyDialogs({ owner, comment, dialog, onDialog }: Props) {
  const close = () => onDialog(null)
  switch (dialog?.open) {
    case 'add':
      return (
        <AddKeyDialog
          owner={owner}
          {...(dialog.line === undefined ? {} : { initial: dialog.line })}
          onClose={close}
        />
      )
    case 'generate':
      return (
        <GenerateDialog
          comment={comment}
          onClose={close}
          onMade={({ line }) => onDialog({ open: 'add', line })}
        />
      )
    case 'import':
      return <ImportDialog owner={owner} onClose={close} />
    default:
      return null
  }
}
