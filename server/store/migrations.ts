import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { portalKeys } from './migrate-keys.ts'
import { vaultAndProvisions } from './migrate-provision.ts'
import { pushes } from './migrate-pushes.ts'

/** Each is run once, in order of its name, in a transaction. A released one is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-foundation': { up: foundation },
  '0002-portal-keys': { up: portalKeys },
  '0003-vault-and-provisions': { up: vaultAndProvisions },
  '0004-power': { up: power },
  '0005-pushes': { up: pushes },
  '0006-device-tags': { up: deviceTags },
  '0007-password-hours': { up: passwordHours },
  '0008-recovery-approval': { up: recoveryApproval },
  '0009-key-rewriters': { up: keyRewriters },
}

const statements = [
  'create table meta (key text primary key, value text not null) strict',
  `create table users (id text primary key, email text not null unique, name text not null, passwordHash text not null,
    admin integer not null, disabled integer not null, mustChangePassword integer not null, createdAt integer not null) strict`,
  `create table sessions (id text primary key, hash text not null unique,
    userId text not null references users(id) on delete cascade, createdAt integer not null, lastSeenAt integer not null,
    expiresAt integer not null, address text not null, userAgent text not null) strict`,
  'create index sessionsOfUser on sessions(userId)',
  `create table tokens (id text primary key, hash text not null unique,
    userId text not null references users(id) on delete cascade, name text not null, createdAt integer not null,
    expiresAt integer not null, lastUsedAt integer) strict`,
  'create index tokensOfUser on tokens(userId)',
  'create table projects (id text primary key, name text not null unique, createdAt integer not null) strict',
  `create table members (projectId text not null references projects(id) on delete cascade,
    userId text not null references users(id) on delete cascade, role text not null, createdAt integer not null,
    primary key (projectId, userId)) strict, without rowid`,
  'create index membersOfUser on members(userId)',
  `create table devices (id text primary key, projectId text not null references projects(id) on delete restrict,
    name text not null unique, description text not null, address text, enabled integer not null, transport text not null,
    settings text not null, allowLocalTargets integer not null, createdAt integer not null, updatedAt integer not null) strict`,
  'create index devicesOfProject on devices(projectId)',
  `create table sealed (id text primary key, ownerKind text not null, ownerId text not null, name text not null,
    keyId text not null, wrappedKey blob not null, ciphertext blob not null, createdAt integer not null,
    unique (ownerKind, ownerId, name)) strict`,
  `create table audit (seq integer primary key, at integer not null, action text not null, actorId text,
    actor text not null, address text, projectId text, deviceId text, target text, detail text not null,
    previous text not null, hash text not null) strict`,
  'create index auditOfDevice on audit(deviceId, seq)',
  'create index auditOfAction on audit(action, seq)',
  appendOnly('Update', 'before update on audit'),
  appendOnly('Delete', 'before delete on audit'),
  // `insert or replace` deletes without asking the delete trigger.
  appendOnly('Replace', 'before insert on audit when exists (select 1 from audit where seq = new.seq)'),
]

async function foundation(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

async function power(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table power (deviceId text primary key references devices(id) on delete cascade,
        control text not null, allowLocalTargets integer not null) strict`,
    )
    .execute(db)
}

async function deviceTags(db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table devices add column tags text not null default '[]'").execute(db)
}

async function passwordHours(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table projects add column passwordHours integer not null default 24').execute(db)
}

async function recoveryApproval(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table projects add column recoveryApproval integer not null default 0').execute(db)
  await sql.raw('alter table projects add column recoveryApprovalUntil integer').execute(db)
}

async function keyRewriters(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table keyReads add column rewriter text').execute(db)
}

function appendOnly(name: string, event: string): string {
  return `create trigger auditRefuses${name} ${event} begin select raise(abort, 'audit is append-only'); end`
}
