import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Access, createAccess } from '../../../server/access/access.ts'
import type { Principal } from '../../../server/access/can.ts'
import { argon2id, type Derive } from '../../../server/access/passwords.ts'
import type { PasswordCost } from '../../../server/access/phc.ts'
import { type Audit, beginAudit, createAudit } from '../../../server/audit/audit.ts'
import { AppError } from '../../../server/base/errors.ts'
import { createLog } from '../../../server/base/log.ts'
import { Secret } from '../../../server/base/secret.ts'
import type { User } from '../../../server/contract/access.ts'
import type { AuditAction, AuditEntry } from '../../../server/contract/audit.ts'
import { openStore, type Store } from '../../../server/store/database.ts'
import { MasterKey } from '../../../server/store/master-key.ts'
import { FakeClock } from '../../fakes/clock.ts'

export const home = '192.0.2.1'
export const hour = 3_600_000
/** The cheapest that argon2 does: the tests are about who gets in, not about how dear guessing is. */
export const cheap: PasswordCost = { memoryKiB: 8, passes: 1, parallelism: 1 }
const log = createLog('silent')

export interface Person {
  user: User
  /** Signed in at home, with a password of their own. */
  principal: Principal
  password: string
}

/** Access with a real database and audit in a folder of its own, and ways to look at what happened. */
export class Gateway {
  readonly clock = new FakeClock()
  /** What each password hash since the start cost. */
  readonly hashes: PasswordCost[] = []
  /** Runs before each password hash is done. */
  beforeHash: () => Promise<void> = async () => {}
  readonly store: Store
  readonly audit: Audit
  readonly #folder: string
  #access: Access | undefined
  #revoked: string[] = []

  private constructor(parts: { folder: string; store: Store; masterKey: MasterKey }) {
    this.#folder = parts.folder
    this.store = parts.store
    this.audit = createAudit({ ...parts, clock: this.clock, log })
  }

  /** Without any user. */
  static async open(): Promise<Gateway> {
    const folder = await mkdtemp(join(tmpdir(), 'access-'))
    const store = await openStore(join(folder, 'lifeline.db'))
    const masterKey = new MasterKey(Buffer.alloc(32, 7))
    await beginAudit(store, masterKey)
    const gateway = new Gateway({ folder, store, masterKey })
    await gateway.start(cheap)
    return gateway
  }

  /** Starts access on the same database, ending the one before. */
  async start(cost: PasswordCost): Promise<void> {
    await this.#access?.close()
    const derive: Derive = async (...call) => {
      this.hashes.push(call[2])
      await this.beforeHash()
      return argon2id(...call)
    }
    const settings = { adminEmail: 'admin@lifeline.local', session: { idleMinutes: 60, lifetimeHours: 24 } }
    const { store, audit, clock } = this
    this.#access = await createAccess({ store, audit, clock, log, settings, hashing: { cost, derive } })
    this.#access.revocations.listen(({ userId }) => this.#revoked.push(userId))
  }

  get access(): Access {
    return present(this.#access)
  }

  /** Users whose principals were said to have changed, since the last look. */
  revoked(): string[] {
    return this.#revoked.splice(0)
  }

  /** Audit entries of one action, oldest first. */
  async entries(action: AuditAction): Promise<AuditEntry[]> {
    return (await this.audit.query({ action })).reverse()
  }

  async admin(): Promise<Person> {
    const { email, password } = present(await this.access.ensureFirstAdmin())
    return this.settle(email, password.reveal())
  }

  async person(name: string, as: { by: Person; admin?: boolean }): Promise<Person> {
    const input = { email: `${name}@example.org`, name, admin: as.admin ?? false }
    const { user, password } = await this.access.createUser(as.by.principal, input)
    return this.settle(user.email, password.reveal())
  }

  /** The first sign-in, with a generated password, and a password of one's own. */
  async settle(email: string, generated: string): Promise<Person> {
    const password = `the own password of ${email}`
    const first = await this.signIn(email, generated)
    const passwords = { current: new Secret(generated), next: new Secret(password) }
    const { id } = await this.access.changePassword(first, passwords)
    const user = present(
      (await this.store.selectFrom('users').selectAll().execute()).find((row) => row.id === id),
    )
    const principal = present(await this.access.renew(first, 'quiet'))
    const flags = { admin: principal.admin, disabled: false, mustChangePassword: false }
    this.revoked()
    return { user: { id, email, name: user.name, createdAt: user.createdAt, ...flags }, principal, password }
  }

  async signIn(email: string, password: string, address: string | null = home): Promise<Principal> {
    const request = { email, password: new Secret(password), address, userAgent: 'a test' }
    const { cookie } = await this.access.signIn(request)
    return present(await this.access.authenticateSession(cookie, address))
  }

  /** The principal as it stands now; fails when it does not. */
  async renewed(person: Person): Promise<Principal> {
    return present(await this.access.renew(person.principal, 'quiet'))
  }

  async close(): Promise<void> {
    await this.#access?.close()
    await this.store.destroy()
    await rm(this.#folder, { recursive: true })
  }
}

export function present<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('There is nothing.')
  return value
}

/** The error of what must be refused. */
export async function refused(attempt: Promise<unknown>): Promise<AppError> {
  try {
    await attempt
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('Nothing was refused.')
}
