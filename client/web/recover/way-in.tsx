import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { rootPasswordQuery } from '../api/root-password.ts'
import { commandsFor } from '../connect/commands.ts'
import { CopyBlock } from '../parts/copy-block.tsx'
import { useNow } from '../parts/now.ts'
import { keptWords } from '../root-password/words.ts'

interface Props {
  device: Device
  /** Of its SSH server. */
  port: number
  /** A push of keys follows. */
  pushes: boolean
}

/** After a recovery: where its password is, for how long, and what to type to come in. */
export function WayIn({ device: { id, name, address }, port, pushes }: Props) {
  const commands = address === null ? null : commandsFor({ name, address, port })
  return (
    <Stack gap="xs" mt="sm">
      <Kept deviceId={id} />
      {commands && (
        <>
          <CopyBlock name="the ssh command" text={commands.ssh} />
          <CopyBlock name="the PuTTY command" text={commands.putty} />
        </>
      )}
      <Text>
        {!pushes && (
          <>
            <Anchor renderRoot={(props) => <Link to="/devices/$id/push" params={{ id }} {...props} />}>
              Push keys with it
            </Anchor>
            {' · '}
          </>
        )}
        <Anchor renderRoot={(props) => <Link to="/devices/$id/connect" params={{ id }} {...props} />}>
          More ways to connect
        </Anchor>
      </Text>
    </Stack>
  )
}

function Kept({ deviceId: id }: { deviceId: string }) {
  const { data: root, dataUpdatedAt } = useQuery(rootPasswordQuery(id))
  const now = useNow()
  return (
    <Text>
      <Anchor
        underline="always"
        renderRoot={(props) => <Link to="/devices/$id/root-password" params={{ id }} {...props} />}
      >
        Show the root password
      </Anchor>
      {root && `. ${keptWords(root, Math.max(0, root.leftMs - (now - dataUpdatedAt)))}`}
    </Text>
  )
}
