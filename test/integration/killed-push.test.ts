import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Push } from '../../server/contract/pushes.ts'
import { keyLine } from '../fakes/key-lines.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { type GettyPort, startGettyPort } from '../lab/getty-port.ts'
import { signInFirst } from './gateway.ts'
import { firstPassword, startGatewayProcess } from './gateway-process.ts'

const needs = gettyNeeds()
const password = 'Tr0ub4dor & 3'

describe.skipIf(needs !== undefined)(
  `a push whose gateway is killed${needs === undefined ? '' : ` (needs ${needs})`}`,
  () => {
    let folder: string
    let far: GettyPort
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lifeline-killed-'))
      far = await startGettyPort({ password })
    })
    afterEach(async () => {
      await far.close()
      await rm(folder, { recursive: true })
    })

    test.each(['kill', 'stop'] as const)(
      'after %s it is interrupted, its file is as it was or complete, and a retry does the rest',
      async (how) => {
        const start = () => startGatewayProcess({ LIFELINE_DATA_DIR: folder })
        let gateway = await start()
        let admin = await signInFirst(gateway.url, 'admin@lifeline.local', firstPassword(gateway))
        const { body: project } = await admin.call('POST', '/api/projects', { name: 'fleet' })
        const text = keyLine('ann')
        await admin.call('POST', `/api/projects/${project.id}/keys`, { text })
        const transport = { kind: 'tcp', host: '127.0.0.1', port: far.port }
        const input = { projectId: project.id, name: 'box', transport }
        const { body: device } = await admin.call('POST', '/api/devices', input)
        const online = () =>
          expect
            .poll(async () => (await admin.call('GET', `/api/devices/${device.id}`)).body.console.line.state)
            .toBe('online')
        const see = async (id: string): Promise<Push> => (await admin.call('GET', `/api/pushes/${id}`)).body
        await online()

        const order = { devices: [device.id], password: { from: 'given', password } }
        const { body: first } = await admin.call('POST', '/api/pushes', order)
        const { body: second } = await admin.call('POST', '/api/pushes', order)
        await expect
          .poll(async () => (await see(first.id)).devices[0]?.message, { timeout: 30_000 })
          .toBe('Working.')
        await gateway[how]()
        gateway = await start()
        admin = admin.at(gateway.url)
        expect(await see(first.id)).toMatchObject({
          endedAt: expect.any(Number),
          counts: { interrupted: 1 },
          may: { retry: true },
          devices: [{ state: 'interrupted', message: expect.stringContaining('has all of the keys') }],
        })
        expect((await see(second.id)).devices).toMatchObject([
          { state: 'interrupted', startedAt: null, message: expect.stringContaining('before it came to') },
        ])
        const file = join(far.machine.root, '.ssh/authorized_keys')
        expect(['', `${text}\n`]).toContain(await readFile(file, 'utf8').catch(() => ''))

        // What was left of the operator ends by itself.
        const ours = (line: string) => line.includes('min 0 time 255')
        await expect
          .poll(async () => (await far.machine.processes()).filter(ours), { timeout: 60_000 })
          .toEqual([])
        await online()
        const { body: retried } = await admin.call('POST', `/api/pushes/${first.id}/retry`, {
          password: order.password,
        })
        const end = await vi.waitFor(
          async () => {
            const push = await see(retried.id)
            if (push.endedAt === null) throw new Error(push.devices[0]?.message)
            return push
          },
          { timeout: 60_000 },
        )
        expect(end).toMatchObject({ retryOf: first.id, counts: { done: 1 } })
        expect(await readFile(file, 'utf8')).toBe(`${text}\n`)
        await gateway.stop()
      },
    )
  },
)
