import { type Kysely, sql } from 'kysely'

/** Portal keys, which of them a device hands out, when they were put there, and what was found there. */
export async function portalKeys(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table keys (id text primary key, userId text references users(id) on delete cascade,
    projectId text references projects(id) on delete cascade, sha256 text not null, md5 text not null, type text not null,
    bits integer not null, blob blob not null, comment text not null, label text not null, createdAt integer not null,
    createdBy text not null, expiresAt integer, check ((userId is null) <> (projectId is null))) strict`,
  'create unique index keysOfUserByBlob on keys(userId, sha256) where userId is not null',
  'create unique index keysOfProjectByBlob on keys(projectId, sha256) where projectId is not null',
  'create index keysOfUser on keys(userId, createdAt, id)',
  'create index keysOfProject on keys(projectId, createdAt, id)',
  'create index keysByBlob on keys(sha256)',
  `create table keyDefaults (deviceId text primary key references devices(id) on delete cascade,
    selected integer not null) strict, without rowid`,
  `create table keyChoices (deviceId text not null references devices(id) on delete cascade,
    keyId text not null references keys(id) on delete cascade, selected integer not null,
    primary key (deviceId, keyId)) strict, without rowid`,
  'create index keyChoicesOfKey on keyChoices(keyId)',
  `create table keyPushes (deviceId text not null references devices(id) on delete cascade, sha256 text not null,
    at integer not null, primary key (deviceId, sha256)) strict, without rowid`,
  'create index keyPushesByBlob on keyPushes(sha256)',
  `create table keyReads (deviceId text primary key references devices(id) on delete cascade,
    at integer not null) strict, without rowid`,
  `create table keySightings (deviceId text not null references keyReads(deviceId) on delete cascade, sha256 text not null,
    state text not null, type text not null, bits integer not null, comment text not null,
    primary key (deviceId, sha256)) strict, without rowid`,
  'create index keySightingsByBlob on keySightings(sha256)',
]
