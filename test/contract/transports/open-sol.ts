import { createSolMarks } from '../../../server/console/sol/marks.ts'
import { createIpmiSolTransport } from '../../../server/console/transports/ipmi-sol.ts'
import type { Bmc } from '../../lab/bmc.ts'
import type { Target } from './opened.ts'

/** A gateway's way to its SOL consoles: the marks in its data folder outlive it, what it holds does not. */
export const solGateway = (folder: string) => createIpmiSolTransport({ marks: createSolMarks(folder) })

export function solTarget(
  transport: Target<'ipmi-sol'>['transport'],
  bmc: Pick<Bmc, 'host' | 'port' | 'user' | 'password'>,
  more: Partial<Target<'ipmi-sol'>['config']> = {},
): Target<'ipmi-sol'> {
  const { host, port, user: username, password } = bmc
  const how = { cipherSuite: 3, privilege: 'administrator', staleSession: 'if-ours' } as const
  return {
    transport,
    config: { kind: 'ipmi-sol', host, port, username, ...how, ...more },
    secrets: { password },
  }
}
