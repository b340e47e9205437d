import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { type Address, openAddress } from './address.ts'
import classes from './tools.module.css'

/** Where a link under the mouse leads, whatever it is called on the screen. */
export function AddressCard({ address: { href, label } }: { address: Address }) {
  return (
    <div className={classes.address} role="tooltip">
      <span className="mono">{href}</span>
      <span className={classes.addressHint}>
        {label === null ? 'Ctrl+click opens it' : 'hidden behind a link; Ctrl+click asks first'}
      </span>
    </div>
  )
}

/** Before an address opens that is not what stands on the screen. */
export function AddressDialog({ address, onClose }: { address: Address; onClose: () => void }) {
  const go = () => {
    onClose()
    openAddress(address)
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={600}>Open {address.host}?</Text>}>
      <Stack gap="sm">
        <Text size="sm">
          {address.label !== null && (
            <>
              The device shows this link as <b>“{address.label}”</b>.{' '}
            </>
          )}
          It leads to <b>{address.host}</b>. The device chose the address; open it only if you trust it.
        </Text>
        <Textarea
          readOnly
          autosize
          maxRows={6}
          label="Full address"
          value={address.href}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={go}>Open in a new tab</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
