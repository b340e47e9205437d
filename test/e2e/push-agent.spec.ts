import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { keyLine } from '../fakes/key-lines.ts'
import { accountsCanBeMade, labAccount } from '../lab/account.ts'
import { startProcess } from '../lab/process.ts'
import { startAgent } from '../lab/ssh-agent.ts'
import { makeKey } from '../lab/ssh-keys.ts'
import { startSshd } from '../lab/sshd.ts'
import { demoDevice, expect, expectAccessible, must, test } from './fixtures.ts'

test.skip(!accountsCanBeMade(), 'needs root, for a real account')

test('keys are pushed with nothing but one’s ssh agent, by the command that the page shows', async ({
  admin: page,
  gateway,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-e2e-agent-'))
  const account = await labAccount('lifeline-agents')
  await rm(join(account.home, '.ssh'), { recursive: true, force: true })
  const server = await startSshd({ config: ['AuthorizedKeysFile .ssh/authorized_keys'] })
  const agent = await startAgent()
  const mine = await makeKey({ path: join(folder, 'key'), type: 'ed25519' })
  await account.authorize(mine.publicKey)
  agent.add(mine)
  const admin = await gateway.admin()
  const { projectId } = await demoDevice(admin, 'demo-box')
  const pushed = keyLine('ann@example.org')
  must(await admin.call('POST', `/api/projects/${projectId}/keys`, { text: pushed }))
  const transport = { kind: 'tcp', host: '127.0.0.1', port: 9 }
  const box = { projectId, name: 'box', transport, address: server.host }
  const { id } = must(await admin.call('POST', '/api/devices', box)).body
  const token = must(await admin.call('POST', '/api/tokens', { name: 'agent', expiresInDays: 1 })).body.secret

  /** Types what the page says, and gives what it then says. */
  const runShown = async (where: Page): Promise<string> => {
    const command = await where.getByText('scripts/lifeline-agent').textContent()
    const env = { ...process.env, SSH_AUTH_SOCK: agent.path, LIFELINE_TOKEN: token }
    const program = await startProcess({ command: 'sh', args: ['-c', command ?? ''], env })
    await program.exited
    return program.output()
  }
  const withAgent = 'None: log in over SSH with a key of my ssh agent'

  await page.goto(`${gateway.url}/devices/${id}/push`)
  await page.getByRole('textbox', { name: 'Put them there for' }).fill(account.user)
  await page.getByRole('textbox', { name: 'Port of its SSH server' }).fill(`${server.port}`)
  await page.getByRole('radio', { name: withAgent }).check()
  await page.getByRole('button', { name: 'Push keys' }).click()
  await expect(page.getByRole('heading', { name: 'Waits for your ssh agent' })).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('waits.png'), fullPage: true })
  await expectAccessible(page)
  // Nobody has accepted the host key yet: nothing is signed, and the page asks for it.
  expect(await runShown(page)).not.toContain('signed')
  await expect(page.getByRole('alert')).toContainText(server.fingerprints.ed25519 ?? '')

  await page.getByRole('button', { name: 'Try again…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Try again' })
  await dialog.getByRole('radio', { name: withAgent }).check()
  await dialog.getByRole('checkbox', { name: /^box shows the host key/ }).check()
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Waits for your ssh agent' })).toBeVisible()
  expect(await runShown(page)).toContain(`by ${mine.fingerprint}: signed.`)
  await expect(page.getByRole('alert')).toContainText('1 added.')
  await expect(page.getByText(mine.fingerprint)).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('done.png'), fullPage: true })
  expect(await readFile(join(account.home, '.ssh/authorized_keys'), 'utf8')).toContain(pushed)

  await agent.close()
  await server.close()
  await rm(folder, { recursive: true })
})
