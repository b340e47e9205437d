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

export interface Gateway {
  url: string
  /** An API token. */
  token: string
}

interface Named {
  id: string
  name: string
}

/** Adds the machine to a running gateway, or sets the device of its name right. Says what it did; rejects with what the gateway says. */
export async function addToGateway(running: Running, gateway: Gateway): Promise<string> {
  const device = labDevice(running)
  const present = (await call(gateway, 'GET', '/api/devices')).find(({ name }) => name === device.name)
  if (present !== undefined) {
    const { transport, secrets } = device
    await call(gateway, 'PATCH', `/api/devices/${encodeURIComponent(present.id)}`, { transport, secrets })
    return `Device ${device.name} of ${gateway.url} now leads to this machine.`
  }
  const projects = await call(gateway, 'GET', '/api/projects')
  const [project] =
    projects.length > 0 ? projects : await call(gateway, 'POST', '/api/projects', { name: 'lab' })
  await call(gateway, 'POST', '/api/devices', { ...device, projectId: project?.id })
  return `Added to ${gateway.url} as device ${device.name} of project ${project?.name}.`
}

/** Gives what was asked for as a list, also if it is one. */
async function call({ url, token }: Gateway, method: string, path: string, body?: unknown): Promise<Named[]> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(new URL(path, url), { method, headers, ...content }).catch((cause) => {
    throw new Error(`No gateway answers at ${url}. Start it, or set LIFELINE_URL to where it is.`, { cause })
  })
  const text = await response.text()
  if (response.status === 401)
    throw new Error(`The gateway at ${url} does not know the token in LIFELINE_TOKEN.`)
  if (!response.ok)
    throw new Error(`The gateway at ${url} answered ${method} ${path} with ${response.status}: ${text}`)
  return text === '' ? [] : [JSON.parse(text)].flat()
}
