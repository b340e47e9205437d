import type { Running } from './running.ts'

/** The lab's machine as a device of Lifeline, in the shape of `POST /api/devices` but for the project. */
export function labDevice({ bmc }: Pick<Running, 'bmc'>) {
  return {
    name: 'lab1',
    description: 'Debian of the lab, behind its BMC',
    transport: {
      kind: 'ipmi-sol',
      host: bmc.host,
      port: bmc.port,
      username: bmc.user,
      cipherSuite: 3,
      privilege: 'administrator',
      staleSession: 'if-ours',
    },
    secrets: { password: bmc.password },
  }
}

interface Named {
  id: string
  name: string
}

/** Adds the machine to a running gateway, or sets the device of its name right. Says what it did; rejects with what the gateway says. */
export async function addToGateway(
  running: Running,
  gateway: { url: string; token: string },
): Promise<string> {
  const call = caller(gateway)
  const device = labDevice(running)
  const [project] = await call('GET', '/api/projects')
  if (project === undefined)
    throw new Error(`The token's user has no project on ${gateway.url}. Create one, then run this again.`)
  const present = (await call('GET', '/api/devices')).find(({ name }) => name === device.name)
  if (present === undefined) {
    await call('POST', '/api/devices', { ...device, projectId: project.id })
    return `Added to ${gateway.url} as device ${device.name} of project ${project.name}.`
  }
  const { transport, secrets } = device
  await call('PATCH', `/api/devices/${encodeURIComponent(present.id)}`, { transport, secrets })
  return `Device ${device.name} of ${gateway.url} now leads to this machine.`
}

function caller({ url, token }: { url: string; token: string }) {
  return async (method: string, path: string, body?: unknown): Promise<Named[]> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok)
      throw new Error(`The gateway at ${url} answered ${method} ${path} with ${response.status}: ${text}`)
    const answer: unknown = text === '' ? [] : JSON.parse(text)
    return Array.isArray(answer) ? answer : []
  }
}
