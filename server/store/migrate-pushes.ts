import { type Kysely, sql } from 'kysely'

/** Pushes, and how each ended on each of its devices. */
export async function pushes(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table pushes (id text primary key, userId text not null, userName text not null, request text not null,
    retryOf text, createdAt integer not null, endedAt integer, idempotencyKey text) strict`,
  'create index pushesByTime on pushes(createdAt)',
  'create unique index pushesByIdempotencyKey on pushes(userId, idempotencyKey) where idempotencyKey is not null',
  `create table pushDevices (pushId text not null references pushes(id) on delete cascade, deviceId text not null,
    projectId text not null, name text not null, state text not null, message text not null, startedAt integer,
    endedAt integer, result text not null, primary key (pushId, deviceId)) strict, without rowid`,
  'create index pushDevicesByDevice on pushDevices(deviceId)',
]
