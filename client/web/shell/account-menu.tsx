import { Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconLogout, IconSelector, IconUserCog } from '@tabler/icons-react'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { meQuery } from '../api/queries.ts'
import { PersonDot } from '../parts/person.tsx'
import { tellFailure } from '../parts/tell.ts'
import { SchemeItems } from '../theme/scheme-toggle.tsx'
import classes from './shell.module.css'

/** Who is signed in, the appearance, and the way out. */
export function AccountMenu() {
  const { data: me } = useSuspenseQuery(meQuery)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signOut = useMutation({
    mutationFn: () => call('signOut', {}),
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {} })
      queryClient.clear()
    },
    onError: (error) => tellFailure('You are still signed in', error),
  })
  return (
    <div className={classes.accountBox}>
      <Menu position="top-start" width={200}>
        <Menu.Target>
          <UnstyledButton className={classes.account}>
            <PersonDot decorative userId={me.id} name={me.name} size={30} />
            <VisuallyHidden>Account of</VisuallyHidden>
            <span style={{ flex: 1, minWidth: 0 }}>
              <Text size="sm" fw={550} truncate>
                {me.name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {me.email}
              </Text>
            </span>
            <IconSelector size={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            renderRoot={(props) => <Link to="/account" {...props} />}
            leftSection={<IconUserCog size={16} stroke={1.6} />}
          >
            Account and tokens
          </Menu.Item>
          <Menu.Divider />
          <SchemeItems />
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
