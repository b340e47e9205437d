import { IconShieldLock } from '@tabler/icons-react'
import { Notice } from '../../parts/notice.tsx'
import type { Note } from './use-key-text.ts'

/** What to say of the last paste or file, loudest where it was a secret. */
export function NoteNotice({ note }: { note: Note }) {
  switch (note.kind) {
    case 'private':
      return (
        <Notice
          tone="danger"
          urgent
          icon={IconShieldLock}
          title="That is a private key. Nothing was sent, and it is not kept here."
        >
          <p style={{ margin: '0 0 6px' }}>{note.reason}</p>
          <p style={{ margin: 0 }}>{note.remedy}</p>
        </Notice>
      )
    case 'ppk':
      return (
        <Notice tone="good" icon={IconShieldLock} title="Only the public lines of the .ppk file are used">
          They were taken out in this page. The private key in the file was not sent and is not kept.
        </Notice>
      )
    case 'unreadable':
      return (
        <Notice tone="trouble" urgent>
          {note.why}
        </Notice>
      )
  }
}
