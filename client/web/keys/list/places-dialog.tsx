import { Modal, Stack, Text } from '@mantine/core'
import type { PortalKey } from '../../../../server/contract/keys.ts'
import { Places } from './places.tsx'

export function PlacesDialog({ portalKey, onClose }: { portalKey: PortalKey; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Where {portalKey.label} is</Text>}>
      <Stack gap="sm">
        <Places portalKey={portalKey} />
      </Stack>
    </Modal>
  )
}
