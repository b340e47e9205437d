import { AppShell, Burger, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Logo } from '../parts/logo.tsx'
import { AccountMenu } from './account-menu.tsx'
import { useBare } from './bare.ts'
import { Navigation } from './navigation.tsx'
import classes from './shell.module.css'

/** The frame around every page: navigation at the left, or behind a button on a narrow screen. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure()
  const bare = useBare()
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes when the path changes
  useEffect(close, [path])
  return (
    <AppShell
      header={{ height: { base: 52, md: 0 } }}
      navbar={{ width: 216, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding={0}
      disabled={bare}
      classNames={{ navbar: classes.navbar ?? '', header: classes.header ?? '', main: classes.main ?? '' }}
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header hiddenFrom="md">
        <Group h="100%" px="md" gap="sm">
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-label={opened ? 'Close navigation' : 'Open navigation'}
          />
          <Home />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar>
        <div className={classes.brand}>
          <Home />
        </div>
        <Navigation />
        <AccountMenu />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

function Home() {
  return (
    <Link to="/" className={classes.home} aria-label="Lifeline, home">
      <Logo size={26} />
      <span>Lifeline</span>
    </Link>
  )
}
