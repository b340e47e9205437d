import { type Kysely, sql } from 'kysely'

/** Root passwords that are kept for a time, first boots, and the host keys that were heard at them. */
export async function vaultAndProvisions(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const lifetime =
  'lifeMs integer not null, spentMs integer not null, seenAt integer not null, seenSteady integer not null, seenBy text not null'

const statements = [
  `create table vault (deviceId text primary key references devices(id) on delete cascade, source text not null,
    setAt integer not null, setBy text not null, ${lifetime}, goneAt integer) strict`,
  `create table provisions (id text primary key, deviceId text not null references devices(id) on delete cascade,
    hostname text not null, createdAt integer not null, createdBy text not null, networkConfig text, ${lifetime},
    passwordHash text, fetchedAt integer, fetchedFrom text, consoleFrom integer,
    endedAt integer, outcome text) strict`,
  'create index provisionsOfDevice on provisions(deviceId, createdAt)',
  'create unique index provisionUnderWay on provisions(deviceId) where endedAt is null',
  `create table hostKeys (deviceId text not null references devices(id) on delete cascade, source text not null,
    sha256 text not null, type text not null, line text, seenAt integer not null,
    primary key (deviceId, source, sha256)) strict, without rowid`,
]
