import type { Closable } from '../base/closing.ts'
import type { Secret } from '../base/secret.ts'
import type { Signal } from '../base/signal.ts'
import type { Me, Member, Project, Role, Session, Token, User } from '../contract/access.ts'
import type { Principal } from './can.ts'

/** Everything about who may come in. Functions are named as the routes of contract/routes.ts that they answer. */
export interface Access extends Closable, Gate, OwnSessions, OwnTokens, Users, Projects {
  /** Live consoles of that user should renew their principal now: something that it rests on has changed. */
  readonly revocations: Signal<Revocation>
}

export interface Revocation {
  userId: string
}

export interface AccessSettings {
  adminEmail: string
  session: {
    /** A session ends when nothing was asked with it for so long. */
    idleMinutes: number
    /** A session ends so long after signing in, whatever happens with it. */
    lifetimeHours: number
  }
}

export interface Gate {
  /** Makes the first admin when there is no user at all. The password is nowhere else; it must be changed at first sign-in. */
  ensureFirstAdmin(): Promise<{ email: string; password: Secret } | null>
  /** @throws AppError `wrong-credentials`, the same whatever was wrong; `try-later` with `retryAfter`. */
  signIn(request: SignInRequest): Promise<SignedIn>
  authenticateSession(cookie: Secret, address: string | null): Promise<Principal | undefined>
  authenticateToken(bearer: Secret, address: string | null): Promise<Principal | undefined>
  /**
   * The same principal as it stands now; undefined when its session, token or user is gone, disabled or expired.
   * @param activity `active` when the person did something since the last call: it keeps the session from idling out.
   */
  renew(principal: Principal, activity: 'active' | 'quiet'): Promise<Principal | undefined>
}

export interface SignInRequest {
  /** As contract `email` gives it: trimmed, lower case. */
  email: string
  password: Secret
  address: string | null
  userAgent: string
}

export interface SignedIn {
  me: Me
  /** Value of the session cookie: letters, digits, `-` and `_`. */
  cookie: Secret
  /** Milliseconds since the epoch. */
  expiresAt: number
}

export interface OwnSessions {
  me(principal: Principal): Me
  signOut(principal: Principal): Promise<void>
  sessions(principal: Principal): Promise<Session[]>
  endSession(principal: Principal, sessionId: string): Promise<void>
  /** Ends all sessions, this one too, and revokes all tokens of the caller. */
  signOutEverywhere(principal: Principal): Promise<void>
  /** Ends all other sessions. Tokens stay: what runs by itself need not stop for it. */
  changePassword(principal: Principal, passwords: { current: Secret; next: Secret }): Promise<Me>
}

export interface OwnTokens {
  tokens(principal: Principal): Promise<Token[]>
  /** The one answer that holds the token's secret. */
  createToken(
    principal: Principal,
    input: { name: string; expiresInDays: number },
  ): Promise<Token & { secret: Secret }>
  revokeToken(principal: Principal, tokenId: string): Promise<void>
}

export interface Users {
  users(principal: Principal): Promise<User[]>
  createUser(
    principal: Principal,
    input: { email: string; name: string; admin: boolean },
  ): Promise<UserWithPassword>
  /** Disabling also ends all their sessions and revokes all their tokens. */
  editUser(principal: Principal, userId: string, edit: UserEdit): Promise<User>
  /** Also ends all their sessions and revokes all their tokens. */
  resetPassword(principal: Principal, userId: string): Promise<UserWithPassword>
  deleteUser(principal: Principal, userId: string): Promise<void>
}

export interface UserEdit {
  name?: string | undefined
  admin?: boolean | undefined
  disabled?: boolean | undefined
}

export interface UserWithPassword {
  user: User
  /** Generated; must be changed at the first sign-in. */
  password: Secret
}

export interface Projects {
  projects(principal: Principal): Promise<Project[]>
  /** Who creates a project is its first owner. */
  createProject(principal: Principal, input: { name: string }): Promise<Project>
  editProject(principal: Principal, projectId: string, input: { name: string }): Promise<Project>
  /** @throws AppError `in-use` while it has devices. */
  deleteProject(principal: Principal, projectId: string): Promise<void>
  members(principal: Principal, projectId: string): Promise<Member[]>
  setMember(principal: Principal, projectId: string, input: { email: string; role: Role }): Promise<Member[]>
  removeMember(principal: Principal, projectId: string, userId: string): Promise<void>
}
