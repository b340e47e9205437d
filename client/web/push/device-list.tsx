import { Accordion, Group, Text } from '@mantine/core'
import type { Push } from '../../../server/contract/pushes.ts'
import { Tag } from '../parts/tag.tsx'
import { Outcome } from './outcome.tsx'
import { keyCounts, stateWords } from './words.ts'

/** Many devices: how each stands, and all of it on demand. */
export function DeviceList({ push }: { push: Push }) {
  return (
    <Accordion multiple variant="contained" order={2} aria-label="Devices">
      {push.devices.map((device) => {
        const { word, tone } = stateWords[device.state]
        return (
          <Accordion.Item key={device.deviceId} value={device.deviceId}>
            <Accordion.Control>
              <Group gap="sm" wrap="nowrap">
                <Text span inherit fw={600} className="mono">
                  {device.name}
                </Text>
                <Tag tone={tone}>{word}</Tag>
                <Text span size="sm" c="dimmed" truncate>
                  {device.keys.length > 0 ? keyCounts(device.keys) : device.message}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Outcome push={push} device={device} />
            </Accordion.Panel>
          </Accordion.Item>
        )
      })}
    </Accordion>
  )
}
