import { actorOf, capacityOf } from '../access/actor.ts'
import { can, type Principal } from '../access/can.ts'
import type { Log } from '../base/log.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Vault } from '../vault/vault.ts'
import { keeps, type PasswordSource } from './push-order.ts'

/** The password of a push, which may have to be kept as the device's root password: only one that has opened the device is. */
export interface Keeping {
  /** It opened the device. */
  worked(): void
  /** When the push has ended. Never rejects. */
  settle(): Promise<void>
  /** What is to be told of it afterwards. */
  told(): string
}

export interface KeepingParts {
  device: DeviceRecord
  /** As they may now. */
  principal: Principal
  vault: Pick<Vault, 'keep'>
  log: Log
}

export function keepingOf(password: PasswordSource, parts: KeepingParts): Keeping {
  let worked = false
  let told = ''
  return {
    worked() {
      worked = true
    },
    async settle() {
      if (password.from !== 'given' || !keeps(password)) return
      told = worked ? await keep(password.password, parts) : words.notNeeded
    },
    told: () => told,
  }
}

async function keep(
  password: Parameters<Vault['keep']>[1]['password'],
  { device: { id: deviceId, projectId, name: target }, principal, vault, log }: KeepingParts,
): Promise<string> {
  const resource = { kind: 'device', projectId } as const
  if (can(principal, 'password.set', resource) !== 'yes') return words.mayNot
  const by = { actor: actorOf(principal), capacity: capacityOf(principal, 'password.set', resource) }
  try {
    await vault.keep({ deviceId, projectId, target }, { password, source: 'person', by })
    return words.kept
  } catch (error) {
    log.error({ err: error, deviceId }, 'a root password could not be kept')
    return words.failed
  }
}

const words = {
  kept: 'The password is kept as root’s for up to 24 hours.',
  notNeeded: 'The password was not needed, so that nothing says it is right: it is not kept.',
  mayNot: 'The password is not kept: you may not set root passwords here any more.',
  failed: 'The password could not be kept: the log of the gateway says why.',
}
