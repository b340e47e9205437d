import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { Failure } from './api/failure.ts'
import { meQuery } from './api/queries.ts'
import { readDeviceSearch } from './devices/search.ts'
import { NotFoundPage } from './not-found/page.tsx'
import { PasswordPage } from './password/page.tsx'
import { readPushSearch } from './push/search.ts'
import { Broken } from './shell/broken.tsx'
import { loadedFor } from './shell/loaded-for.ts'
import { Loading } from './shell/loading.tsx'
import { localPath } from './shell/local-path.ts'
import { Shell } from './shell/shell.tsx'
import { SignInPage } from './sign-in/page.tsx'
import { wallSearch } from './wall/search.ts'

/** An address that leads nowhere has no frame around it. */
function NothingHere() {
  return (
    <main>
      <NotFoundPage />
    </main>
  )
}

interface Context {
  queryClient: QueryClient
}

const root = createRootRouteWithContext<Context>()({
  beforeLoad: ({ location, preload }) => (preload ? undefined : loadedFor(location.pathname)),
  component: Outlet,
  notFoundComponent: NothingHere,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => localPath(search.to),
  component: SignInPage,
})

const password = createRoute({
  getParentRoute: () => root,
  path: '/password',
  validateSearch: (search: Record<string, unknown>): { to?: string } => localPath(search.to),
  beforeLoad: async ({ context, location }) => {
    await demandSession(context, location.href)
  },
  component: PasswordPage,
})

/** Everything inside the frame: only with a session, and with a password of one's own. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    const me = await demandSession(context, location.href)
    if (me.mustChangePassword) throw redirect({ to: '/password', search: { to: location.href } })
  },
  component: Shell,
})

async function demandSession({ queryClient }: Context, here: string) {
  try {
    return await queryClient.ensureQueryData(meQuery)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'sign-in-required') throw error
    throw redirect({ to: '/sign-in', search: here === '/' ? {} : { to: here } })
  }
}

const devices = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: readDeviceSearch,
  component: lazyRouteComponent(() => import('./devices/page.tsx'), 'DevicesPage'),
})
const wall = createRoute({
  getParentRoute: () => app,
  path: '/wall',
  validateSearch: wallSearch,
  component: lazyRouteComponent(() => import('./wall/page.tsx'), 'WallPage'),
})
const newDevice = createRoute({
  getParentRoute: () => app,
  path: '/devices/new',
  component: lazyRouteComponent(() => import('./device-form/page.tsx'), 'NewDevicePage'),
})
const editDevice = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/edit',
  component: lazyRouteComponent(() => import('./device-form/page.tsx'), 'EditDevicePage'),
})
const console = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id',
  // A window of its own shows the console without the rest.
  validateSearch: ({ bare }: Record<string, unknown>): { bare?: true } => (bare === true ? { bare } : {}),
  component: lazyRouteComponent(() => import('./console/page.tsx'), 'ConsolePage'),
})
const deviceKeys = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/keys',
  component: lazyRouteComponent(() => import('./device-keys/page.tsx'), 'DeviceKeysPage'),
})
const devicePush = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/push',
  validateSearch: ({ act }: Record<string, unknown>): { act?: 'read' } => (act === 'read' ? { act } : {}),
  component: lazyRouteComponent(() => import('./push/device-page.tsx'), 'DevicePushPage'),
})
const push = createRoute({
  getParentRoute: () => app,
  path: '/push',
  validateSearch: readPushSearch,
  component: lazyRouteComponent(() => import('./push/page.tsx'), 'PushPage'),
})
const pushProgress = createRoute({
  getParentRoute: () => app,
  path: '/pushes/$id',
  component: lazyRouteComponent(() => import('./push/progress-page.tsx'), 'PushProgressPage'),
})
const rootPassword = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/root-password',
  component: lazyRouteComponent(() => import('./root-password/page.tsx'), 'RootPasswordPage'),
})
const power = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/power',
  component: lazyRouteComponent(() => import('./power/page.tsx'), 'PowerPage'),
})
const recover = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/recover',
  component: lazyRouteComponent(() => import('./recover/page.tsx'), 'RecoverPage'),
})
const firstBoot = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/first-boot',
  component: lazyRouteComponent(() => import('./first-boot/page.tsx'), 'FirstBootPage'),
})
const connect = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/connect',
  component: lazyRouteComponent(() => import('./connect/page.tsx'), 'ConnectPage'),
})
const history = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/history',
  // An offset, or a time with its zone. What is looked for stands in the fragment.
  validateSearch: ({ at }: Record<string, unknown>): { at?: number | string } =>
    typeof at === 'string' || (typeof at === 'number' && at >= 0) ? { at } : {},
  component: lazyRouteComponent(() => import('./history/page.tsx'), 'HistoryPage'),
})
const playback = createRoute({
  getParentRoute: () => app,
  path: '/devices/$id/playback',
  validateSearch: ({ from, to }: Record<string, unknown>): { from?: number; to?: number } => ({
    ...(typeof from === 'number' ? { from } : {}),
    ...(typeof to === 'number' ? { to } : {}),
  }),
  component: lazyRouteComponent(() => import('./history/playback-page.tsx'), 'PlaybackPage'),
})
const searchAll = createRoute({
  getParentRoute: () => app,
  path: '/search',
  component: lazyRouteComponent(() => import('./history/search-all-page.tsx'), 'SearchAllPage'),
})
const keys = createRoute({
  getParentRoute: () => app,
  path: '/keys',
  component: lazyRouteComponent(() => import('./keys/page.tsx'), 'KeysPage'),
})
const projects = createRoute({
  getParentRoute: () => app,
  path: '/projects',
  component: lazyRouteComponent(() => import('./projects/page.tsx'), 'ProjectsPage'),
})
const project = createRoute({
  getParentRoute: () => app,
  path: '/projects/$id',
  component: lazyRouteComponent(() => import('./projects/members-page.tsx'), 'MembersPage'),
})
const users = createRoute({
  getParentRoute: () => app,
  path: '/users',
  component: lazyRouteComponent(() => import('./users/page.tsx'), 'UsersPage'),
})
const account = createRoute({
  getParentRoute: () => app,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/page.tsx'), 'AccountPage'),
})
const reference = createRoute({
  getParentRoute: () => app,
  path: '/api-reference',
  component: lazyRouteComponent(() => import('./reference/page.tsx'), 'ReferencePage'),
})
const audit = createRoute({
  getParentRoute: () => app,
  path: '/audit',
  component: lazyRouteComponent(() => import('./audit/page.tsx'), 'AuditPage'),
})

const inside = [
  devices,
  wall,
  newDevice,
  editDevice,
  console,
  deviceKeys,
  devicePush,
  connect,
  firstBoot,
  rootPassword,
  power,
  recover,
  history,
  playback,
  searchAll,
  keys,
  push,
  pushProgress,
  projects,
  project,
  users,
  account,
  reference,
  audit,
]
const routeTree = root.addChildren([signIn, password, app.addChildren(inside)])

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    // Only what a page's own check lets through is ever seen.
    search: { strict: true },
    defaultPreload: 'intent',
    defaultErrorComponent: Broken,
    defaultPendingComponent: Loading,
    scrollRestoration: true,
  })
}

export type AppRouter = ReturnType<typeof createAppRouter>

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter
  }
}
