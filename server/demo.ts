import { gatewayItself } from './audit/entry.ts'
import { newId } from './base/ids.ts'
import { deviceSettings } from './contract/devices.ts'
import type { Devices } from './devices/devices.ts'
import type { DeviceInput } from './devices/record.ts'
import type { Store } from './store/database.ts'
import { projectRepository } from './store/projects.ts'

const scenes = {
  box: 'A login and a real shell of this machine, in a throwaway home. Log in as root with the password lifeline.',
  chatterbox: 'Boots over and over: kernel lines, colours, bursts.',
} as const

/** Adds the two devices to try, where they are not there yet. They belong to a project of their own, which only admins see. */
export async function addDemoDevices(store: Store, devices: Devices): Promise<void> {
  const missing = (['box', 'chatterbox'] as const).filter(
    (scene) => !devices.list().some(({ name }) => name === `demo-${scene}`),
  )
  if (missing.length === 0) return
  const projectId = await demoProject(store)
  for (const scene of missing) {
    const device: DeviceInput = {
      projectId,
      name: `demo-${scene}`,
      description: scenes[scene],
      tags: [],
      enabled: true,
      transport: { kind: 'demo', scene },
      secrets: {},
      settings: deviceSettings.parse({}),
    }
    await devices.create(device, { actor: gatewayItself, byAdmin: true })
  }
}

async function demoProject(store: Store): Promise<string> {
  const projects = projectRepository(store)
  const found = (await projects.list()).find(({ name }) => name === 'Demo')
  if (found !== undefined) return found.id
  const id = newId('prj')
  await projects.add({ id, name: 'Demo', createdAt: Date.now(), passwordHours: 24 })
  return id
}
