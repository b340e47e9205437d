import { actorOf, capacityOf } from '../access/actor.ts'
import { demand, type Principal } from '../access/can.ts'
import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import type { PasswordSource } from '../contract/vault.ts'
import type { Vault } from '../vault/vault.ts'
import type { Found } from './job-place.ts'

interface VaultPart {
  vault: Pick<Vault, 'use' | 'keep'>
}

/** What keeps a new root password, for who may say what it is. Throws AppError `forbidden`. */
export function sealing(
  principal: Principal,
  { console: { deviceId }, name: target, projectId }: Found,
  source: PasswordSource,
  { vault }: VaultPart,
): (password: Secret) => Promise<void> {
  const resource = { kind: 'device', projectId } as const
  demand(principal, 'password.set', resource)
  const by = { actor: actorOf(principal), capacity: capacityOf(principal, 'password.set', resource) }
  return (password) => vault.keep({ deviceId, projectId, target }, { password, source, by })
}

/** The root password that the vault keeps: used, and not shown. Throws AppError `forbidden`, `password-gone`, `no-password`. */
export async function keptRootPassword(
  principal: Principal,
  { console: { deviceId }, name: target, projectId }: Found,
  purpose: string,
  { vault }: VaultPart,
): Promise<Secret> {
  const resource = { kind: 'device', projectId } as const
  demand(principal, 'password.use', resource)
  const by = { actor: actorOf(principal), capacity: capacityOf(principal, 'password.use', resource) }
  return vault.use({ deviceId, projectId, target }, by, purpose)
}

/** A demo device's shell runs on the machine of the gateway, whose password would be changed. */
export function demandOwnRoot({ demo }: Found): void {
  if (demo) throw new AppError('bad-request', noDemo)
}

const noDemo =
  'A demo device has no root of its own: its shell runs on the machine of the gateway, whose password would be changed.'
