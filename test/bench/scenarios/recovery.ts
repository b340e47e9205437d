import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Recovery } from '../../../server/contract/recovery.ts'
import { type Person, signInFirst } from '../../integration/gateway.ts'
import { firstPassword, startGatewayProcess } from '../../integration/gateway-process.ts'
import { ipmitool } from '../../lab/ipmitool.ts'
import { type LabMachine, startLabMachine } from '../../lab/machine.ts'
import { names } from '../contenders/contender.ts'
import { unconnected } from '../contenders/unconnected.ts'
import { monotonicMs } from '../monotonic.ts'
import { scratch } from '../scratch.ts'
import type { OneByOne } from './scenario.ts'

const boot = 'plain start of the lab’s Debian 12, from power on to its login prompt (s)'
const recovery = 'recovery of it, from the order to the proven login (s)'
const share = 'share of three times that start and 60 s more'
/** Small against what is measured. */
const lookMs = 50

/** The whole way: a machine behind its BMC whose root password the gateway has never known. */
export const recoveryOfMachine: OneByOne = {
  name: 'recovery',
  contenders: [unconnected(names.lifeline)],
  goals: [{ measure: share, contender: names.lifeline, atMost: 1 }],
  async measure() {
    let printed = ''
    const machine = await startLabMachine({
      heard: (bytes) => {
        printed = (printed + bytes.toString('latin1')).slice(-80)
      },
    })
    const gateway = await startGatewayProcess({
      LIFELINE_DATA_DIR: join(scratch(), `recovery-${machine.sshPort}`),
    })
    try {
      const admin = await signInFirst(gateway.url, 'admin@lifeline.local', firstPassword(gateway))
      const device = await deviceOf(machine, admin)
      const started = await seconds(async () => {
        await ipmitool(machine.bmc, 'chassis', 'power', 'on')
        while (!printed.endsWith('lab1 login: ')) await sleep(lookMs)
      })
      const recovered = await seconds(() => recover(device, admin))
      return { [boot]: started, [recovery]: recovered, [share]: recovered / (3 * started + 60) }
    } finally {
      await gateway.stop()
      await machine.close()
    }
  },
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = monotonicMs()
  await work()
  return (monotonicMs() - begun) / 1000
}

/** Its path in the API, once its line is there. */
async function deviceOf({ bmc }: LabMachine, admin: Person): Promise<string> {
  const { host, port, user: username, password } = bmc
  const way = { host, port, username, cipherSuite: 3 }
  const { body: project } = await admin.call('POST', '/api/projects', { name: 'fleet' })
  const { body } = await admin.call('POST', '/api/devices', {
    ...{ projectId: project.id, name: 'lab1' },
    ...{ transport: { kind: 'ipmi-sol', ...way }, secrets: { password } },
  })
  const device = `/api/devices/${body.id}`
  const control = { kind: 'ipmi', ...way, efi: false }
  await admin.call('PUT', `${device}/power/control`, { control, password })
  while ((await admin.call('GET', device)).body.console.line.state !== 'online') await sleep(lookMs)
  return device
}

async function recover(device: string, admin: Person): Promise<void> {
  await admin.call('POST', `${device}/recovery`, { confirm: 'lab1' })
  for (;;) {
    const { state, message }: Recovery = (await admin.call('GET', `${device}/recovery`)).body
    if (state === 'done') return
    if (state !== 'running') throw new Error(message)
    await sleep(lookMs)
  }
}
