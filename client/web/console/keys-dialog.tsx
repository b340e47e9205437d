import { Kbd, Modal, Stack, Text } from '@mantine/core'
import { shortcutList } from './shortcuts.ts'
import classes from './tools.module.css'

/** Which keys are the page's own. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={600}>Keys</Text>}>
      <Stack gap="md">
        <Text size="sm">
          What you type in the terminal goes to the device, but for these. In full screen a browser that can
          do so passes on Esc, Ctrl+W, Ctrl+T and Ctrl+N too, which otherwise are its own.
        </Text>
        <dl className={classes.keys}>
          {shortcutList.map(({ keys, does }) => (
            <div key={keys}>
              <dt>
                {keys.split('  ').map((one) => (
                  <Kbd key={one}>{one}</Kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </Stack>
    </Modal>
  )
}
