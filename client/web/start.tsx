import './theme/styles.ts'
import { MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient } from './api/client.ts'
import { createAppRouter } from './router.tsx'
import { leaveOn } from './shell/leave.ts'
import { cssVariables, theme } from './theme/theme.ts'

/** Draws the page into an element. */
export function start(root: HTMLElement): void {
  const queryClient = createClient((failure) => leaveOn(failure, router, queryClient))
  const router = createAppRouter(queryClient)

  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <Notifications position="bottom-right" limit={4} />
          <ModalsProvider>
            <RouterProvider router={router} />
          </ModalsProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
