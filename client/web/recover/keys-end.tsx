import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { pushQuery } from '../api/pushes.ts'
import { Notice } from '../parts/notice.tsx'
import classes from './recover.module.css'
import { keysWords } from './words.ts'

/** What becomes of the keys that are pushed when root has its new password. */
export function KeysEnd({ pushId }: { pushId: string }) {
  const { data: push } = useQuery(pushQuery(pushId))
  const device = push?.devices[0]
  if (device === undefined) return null
  const { tone, title, message } = keysWords(device)
  const link = (
    <Anchor
      inherit
      underline="always"
      renderRoot={(props) => <Link to="/pushes/$id" params={{ id: pushId }} {...props} />}
    >
      See that push
    </Anchor>
  )
  if (tone === undefined) {
    return (
      <Text role="status" mt="md">
        {title}. {message} {link}
      </Text>
    )
  }
  return (
    <Notice tone={tone} title={title} className={classes.keys} urgent>
      {message} {link}
    </Notice>
  )
}
