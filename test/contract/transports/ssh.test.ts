import { beforeAll, describe } from 'vitest'
import { accountsCanBeMade, labAccount } from '../../lab/account.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { startDropbear } from '../../lab/dropbear.ts'
import { freePort } from '../../lab/ports.ts'
import { startSshd } from '../../lab/sshd.ts'
import { type FarEnd, type Suite, transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'
import { startFullListener } from './full-listener.ts'
import { sshTarget } from './open-ssh.ts'

const closedPort = await freePort()

const common: Pick<Suite<'ssh'>, 'refusals' | 'second' | 'hangUp' | 'silent'> = {
  refusals: [
    { name: 'a closed port', target: sshTarget({ port: closedPort }), code: 'refused' },
    {
      name: 'a name that is none',
      target: sshTarget({ port: closedPort, config: { host: 'no-such-host.invalid' } }),
      code: 'name-not-found',
    },
    {
      name: 'an address of the gateway',
      target: sshTarget({ port: closedPort, allowLocalTargets: false }),
      code: 'not-allowed',
    },
  ],
  second: 'a line of its own',
  hangUp: { code: 'program-ended', message: /ended with status 0/ },
  silent: async () => {
    const listener = await startFullListener()
    return { target: sshTarget({ port: listener.port }), close: listener.close }
  },
}

describe.skipIf(!accountsCanBeMade())('ssh (needs root, for a real account)', () => {
  beforeAll(() => labAccount())

  transportContract('ssh to sshd', {
    ...common,
    start: () => startFarEnd({ server: startSshd, preset: 'none', before: '' }),
    breakSupported: true,
  })

  transportContract('ssh to dropbear, as on OpenBMC', {
    ...common,
    start: () => startFarEnd({ server: startDropbear, preset: 'openbmc', before: 'stty raw -echo; ' }),
    breakSupported: false,
  })
})

interface Way {
  server: typeof startSshd | typeof startDropbear
  preset: 'none' | 'openbmc'
  /** What the far end does to its terminal before it joins the device. */
  before: string
}

async function startFarEnd({ server, preset, before }: Way): Promise<FarEnd<'ssh'>> {
  const { password } = await labAccount()
  const device = await startDeviceSocket()
  const far = await server({ command: before + device.command })
  const config = { preset, hostKey: far.fingerprints.ed25519 ?? '' }
  return farEndAt(device, sshTarget({ port: far.port, secrets: { password }, config }), {
    breaks: () => far.log().match(/ req break/g)?.length ?? 0,
    close: async () => {
      await far.close()
      await device.close()
    },
  })
}
