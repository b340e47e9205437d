import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { demoDevice, expect, type Gateway, must, noteFaults, test } from './fixtures.ts'

/** Every page by its path, and what shows that it is there. */
async function pages(gateway: Gateway): Promise<Record<string, { path: string; heading: string | RegExp }>> {
  const person = await gateway.admin()
  const { id, projectId } = await demoDevice(person, 'demo-box')
  must(await person.call('POST', '/api/tokens', { name: 'laptop', expiresInDays: 30 }))
  return {
    devices: { path: '/', heading: 'Devices' },
    wall: { path: `/wall?devices=${id}`, heading: 'Wall of 1 console' },
    'empty wall': { path: '/wall', heading: 'Wall' },
    console: { path: `/devices/${id}`, heading: 'demo-box' },
    'device keys': { path: `/devices/${id}/keys`, heading: 'Who can log in on demo-box' },
    'push to a device': { path: `/devices/${id}/push`, heading: 'Push keys to demo-box' },
    push: { path: `/push?devices=${id}`, heading: 'Push keys' },
    'first boot': { path: `/devices/${id}/first-boot`, heading: 'First boot of demo-box' },
    'root password': { path: `/devices/${id}/root-password`, heading: 'Root password of demo-box' },
    power: { path: `/devices/${id}/power`, heading: 'Power of demo-box' },
    recover: { path: `/devices/${id}/recover`, heading: 'Recover access to demo-box' },
    connect: { path: `/devices/${id}/connect`, heading: 'Connect to demo-box' },
    history: { path: `/devices/${id}/history`, heading: 'History of demo-box' },
    playback: { path: `/devices/${id}/playback`, heading: 'Playback of demo-box' },
    search: { path: '/search', heading: 'Search' },
    'new device': { path: '/devices/new', heading: 'Add a device' },
    'edit device': { path: `/devices/${id}/edit`, heading: 'Edit demo-box' },
    keys: { path: '/keys', heading: 'SSH keys' },
    projects: { path: '/projects', heading: 'Projects' },
    project: { path: `/projects/${projectId}`, heading: 'Demo' },
    users: { path: '/users', heading: 'Users' },
    account: { path: '/account', heading: 'Admin' },
    'api reference': { path: '/api-reference', heading: 'API reference' },
    audit: { path: '/audit', heading: 'Audit' },
    'not found': { path: '/nowhere', heading: 'There is nothing here' },
  }
}

async function open(page: Page, url: string, heading: string | RegExp): Promise<void> {
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1, name: heading, exact: true })).toBeVisible()
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no page has a fault that axe finds, in ${colorScheme}`, async ({ admin, gateway }) => {
    // Twenty pages, each looked through by axe.
    test.slow()
    await admin.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const faults: Record<string, string[]> = {}
    for (const [name, { path, heading }] of Object.entries(await pages(gateway))) {
      await open(admin, gateway.url + path, heading)
      const axe = new AxeBuilder({ page: admin })
      // The pages are the same in both but for their colours.
      if (colorScheme === 'dark') axe.withRules(['color-contrast'])
      const { violations } = await axe.analyze()
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`),
      )
      if (found.length > 0) faults[name] = found
    }
    expect(faults).toEqual({})
  })
}

test('no page asks another origin, and none breaks the content security policy', async ({
  admin,
  gateway,
}) => {
  const elsewhere: string[] = []
  const said = await noteFaults(admin)
  admin.on('request', (request) => {
    if (!request.url().startsWith(gateway.url) && !request.url().startsWith('data:'))
      elsewhere.push(request.url())
  })
  admin.on('websocket', (socket) => {
    if (!socket.url().startsWith(gateway.url.replace('http', 'ws'))) elsewhere.push(socket.url())
  })
  for (const { path, heading } of Object.values(await pages(gateway)))
    await open(admin, gateway.url + path, heading)
  expect(elsewhere).toEqual([])
  expect(said).toEqual([])
})

test('every page fits a phone, and its navigation is behind a button', async ({ admin, gateway }) => {
  await admin.setViewportSize({ width: 390, height: 844 })
  for (const [name, { path, heading }] of Object.entries(await pages(gateway))) {
    await open(admin, gateway.url + path, heading)
    const wide = await admin.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(wide, `${name} is wider than the screen`).toBe(0)
  }
  await open(admin, gateway.url, 'Devices')
  const users = admin.getByRole('link', { name: 'Users', exact: true })
  await expect(users).not.toBeInViewport()
  await admin.getByRole('button', { name: 'Open navigation' }).click()
  await users.click()
  await expect(admin.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible()
  await expect(users).not.toBeInViewport()
})

test('the appearance follows the system until a person chooses', async ({ admin }) => {
  const scheme = () => admin.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  await admin.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(scheme).toBe('dark')
  await admin.emulateMedia({ colorScheme: 'light' })
  await expect.poll(scheme).toBe('light')
  await admin.getByRole('button', { name: /^Account of/ }).click()
  await admin.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect.poll(scheme).toBe('dark')
  await admin.reload()
  await expect.poll(scheme).toBe('dark')
})
