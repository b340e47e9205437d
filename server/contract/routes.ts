import { z } from 'zod'
import * as access from './access.ts'
import { auditEntry, auditQuery } from './audit.ts'
import { id } from './common.ts'
import * as devices from './devices.ts'
import * as history from './history.ts'
import * as jobs from './jobs.ts'
import * as keys from './keys.ts'
import * as power from './power.ts'
import * as provision from './provision.ts'
import * as pushes from './pushes.ts'
import * as recoveries from './recovery.ts'
import * as sshPassword from './ssh-password.ts'
import * as vault from './vault.ts'

/** One HTTP route as both sides see it. `params` are named in the path as `:name`. */
export interface Route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  /** Who gets in before `can` is asked: anybody, somebody signed in, or somebody signed in whose password is their own. */
  needs: 'nobody' | 'session' | 'user'
  params: P
  query: Q
  body: B
  response: R
}

const none = z.object({})
const nothing = z.undefined()
const noAnswer = z.void()
const byId = z.object({ id })

type Parts<P, Q, B, R> = {
  needs?: Route<z.ZodType, z.ZodType, z.ZodType, z.ZodType>['needs']
  params?: P
  query?: Q
  body?: B
  response?: R
}

function route<
  P extends z.ZodType = typeof none,
  Q extends z.ZodType = typeof none,
  B extends z.ZodType = typeof nothing,
  R extends z.ZodType = typeof noAnswer,
>(method: Route<P, Q, B, R>['method'], path: string, parts: Parts<P, Q, B, R> = {}): Route<P, Q, B, R> {
  return {
    method,
    path,
    needs: parts.needs ?? 'user',
    params: parts.params ?? (none as unknown as P),
    query: parts.query ?? (none as unknown as Q),
    body: parts.body ?? (nothing as unknown as B),
    response: parts.response ?? (noAnswer as unknown as R),
  }
}

/** Every HTTP route, by name. The server mounts them, the client calls them, nothing else knows a path. */
export const routes = {
  health: route('GET', '/api/health', {
    needs: 'nobody',
    response: z.object({ status: z.literal('ok'), version: z.string() }),
  }),

  signIn: route('POST', '/api/session', { needs: 'nobody', body: access.signIn, response: access.me }),
  me: route('GET', '/api/session', { needs: 'session', response: access.me }),
  signOut: route('DELETE', '/api/session', { needs: 'session' }),
  sessions: route('GET', '/api/sessions', { response: z.array(access.session) }),
  /** Ends every session and token of the caller, this one too. */
  signOutEverywhere: route('DELETE', '/api/sessions', { needs: 'session' }),
  endSession: route('DELETE', '/api/sessions/:id', { params: byId }),
  changePassword: route('POST', '/api/password', {
    needs: 'session',
    body: access.changePassword,
    response: access.me,
  }),
  tokens: route('GET', '/api/tokens', { response: z.array(access.token) }),
  createToken: route('POST', '/api/tokens', { body: access.newToken, response: access.createdToken }),
  revokeToken: route('DELETE', '/api/tokens/:id', { params: byId }),

  users: route('GET', '/api/users', { response: z.array(access.user) }),
  createUser: route('POST', '/api/users', { body: access.newUser, response: access.userWithPassword }),
  editUser: route('PATCH', '/api/users/:id', { params: byId, body: access.editUser, response: access.user }),
  resetPassword: route('POST', '/api/users/:id/password', {
    params: byId,
    response: access.userWithPassword,
  }),
  deleteUser: route('DELETE', '/api/users/:id', { params: byId }),
  /** Ask before they are deleted: their keys are known no more then. */
  userKeyPlaces: route('GET', '/api/users/:id/key-places', { params: byId, response: keys.personPlaces }),

  projects: route('GET', '/api/projects', { response: z.array(access.project) }),
  createProject: route('POST', '/api/projects', { body: access.projectInput, response: access.project }),
  editProject: route('PATCH', '/api/projects/:id', {
    params: byId,
    body: access.projectInput,
    response: access.project,
  }),
  deleteProject: route('DELETE', '/api/projects/:id', { params: byId }),
  members: route('GET', '/api/projects/:id/members', { params: byId, response: z.array(access.member) }),
  setMember: route('PUT', '/api/projects/:id/members', {
    params: byId,
    body: access.memberInput,
    response: z.array(access.member),
  }),
  removeMember: route('DELETE', '/api/projects/:id/members/:userId', {
    params: z.object({ id, userId: id }),
  }),
  /** On devices of this project. */
  memberKeyPlaces: route('GET', '/api/projects/:id/members/:userId/key-places', {
    params: z.object({ id, userId: id }),
    response: keys.personPlaces,
  }),

  devices: route('GET', '/api/devices', { response: z.array(devices.device) }),
  device: route('GET', '/api/devices/:id', { params: byId, response: devices.device }),
  createDevice: route('POST', '/api/devices', { body: devices.newDevice, response: devices.device }),
  editDevice: route('PATCH', '/api/devices/:id', {
    params: byId,
    body: devices.editDevice,
    response: devices.device,
  }),
  deleteDevice: route('DELETE', '/api/devices/:id', { params: byId }),
  testConnection: route('POST', '/api/test-connection', {
    body: devices.testConnection,
    response: devices.testResult,
  }),
  acceptHostKey: route('POST', '/api/devices/:id/host-key', {
    params: byId,
    body: devices.acceptHostKey,
    response: devices.device,
  }),
  /** Drop the link and connect again now, without waiting for the back-off. */
  reconnect: route('POST', '/api/devices/:id/reconnect', { params: byId, response: devices.device }),

  /** Types a text at the console's pace and watches it arrive. Answers when it has begun. */
  paste: route('POST', '/api/devices/:id/pastes', {
    params: byId,
    body: jobs.pasteInput,
    response: jobs.job,
  }),
  /** Logs in with a password and out again, to see whether it still opens the device. Answers when it has begun. */
  checkLogin: route('POST', '/api/devices/:id/login-checks', {
    params: byId,
    body: jobs.loginCheckInput,
    response: jobs.job,
  }),
  /** What types on this console, or the last that did. */
  job: route('GET', '/api/devices/:id/job', { params: byId, response: jobs.job.nullable() }),
  cancelJob: route('DELETE', '/api/devices/:id/job', { params: byId, response: jobs.job.nullable() }),

  /** Asks the machine's BMC now, which may take some seconds. */
  power: route('GET', '/api/devices/:id/power', { params: byId, response: power.powerView }),
  /** Answers at once with what is known, and has the rest asked: look again while anything is pending. */
  powerGlances: route('POST', '/api/power', { body: power.powerGlanceRequest, response: power.powerGlances }),
  /** Begins; how it goes on and ends is told by `power`. */
  switchPower: route('POST', '/api/devices/:id/power', {
    params: byId,
    body: power.powerRequest,
    response: power.powerRun,
  }),
  setPowerControl: route('PUT', '/api/devices/:id/power/control', {
    params: byId,
    body: power.powerControlInput,
    response: power.powerView,
  }),
  removePowerControl: route('DELETE', '/api/devices/:id/power/control', { params: byId }),
  acceptPowerCertificate: route('POST', '/api/devices/:id/power/certificate', {
    params: byId,
    body: power.acceptCertificate,
    response: power.powerView,
  }),

  /** A time's offset, or an offset's time: for links and jumps. */
  historyPosition: route('GET', '/api/devices/:id/history/position', {
    params: byId,
    query: history.positionQuery,
    response: history.historyPosition,
  }),
  /** Times and gaps of a slice, for the times beside its lines. */
  historyMarks: route('GET', '/api/devices/:id/history/marks', {
    params: byId,
    query: history.marksQuery,
    response: history.historyMarks,
  }),
  historyOverview: route('GET', '/api/devices/:id/history/overview', {
    params: byId,
    query: history.overviewQuery,
    response: history.historyOverview,
  }),

  /** The caller's own. */
  keys: route('GET', '/api/keys', { query: keys.keyQuery, response: keys.keyPage }),
  /** Adding a key again answers the one that is there. */
  addKey: route('POST', '/api/keys', { body: keys.newKey, response: keys.addedKey }),
  key: route('GET', '/api/keys/:id', { params: byId, response: keys.portalKey }),
  editKey: route('PATCH', '/api/keys/:id', { params: byId, body: keys.editKey, response: keys.portalKey }),
  /** Answers where it still is. */
  deleteKey: route('DELETE', '/api/keys/:id', {
    params: byId,
    query: keys.deleteKeyQuery,
    response: keys.keyPlaces,
  }),
  keyPlaces: route('GET', '/api/keys/:id/places', { params: byId, response: keys.keyPlaces }),
  /** Fetches keys from an address and shows them. Nothing is kept. */
  previewImport: route('POST', '/api/keys/import-preview', {
    body: keys.importRequest,
    response: keys.importPreview,
  }),
  projectKeys: route('GET', '/api/projects/:id/keys', {
    params: byId,
    query: keys.keyQuery,
    response: keys.keyPage,
  }),
  addProjectKey: route('POST', '/api/projects/:id/keys', {
    params: byId,
    body: keys.newKey,
    response: keys.addedKey,
  }),
  /** Who can log in on the device, and why. */
  deviceKeys: route('GET', '/api/devices/:id/keys', {
    params: byId,
    query: keys.effectiveQuery,
    response: keys.effectivePage,
  }),
  /** Which of them are handed out. */
  chooseDeviceKeys: route('PATCH', '/api/devices/:id/keys', { params: byId, body: keys.keyChoice }),

  /**
   * Begins; how it goes on is told by `push`. With a header `Idempotency-Key`, the same request again answers the push that it has begun
   * already.
   */
  orderPush: route('POST', '/api/pushes', { body: pushes.pushInput, response: pushes.push }),
  pushes: route('GET', '/api/pushes', { query: pushes.pushListQuery, response: pushes.pushList }),
  push: route('GET', '/api/pushes/:id', {
    params: byId,
    query: pushes.pushQuery,
    response: pushes.push,
  }),
  /** What has not begun does not begin, what has is stopped. */
  cancelPush: route('DELETE', '/api/pushes/:id', { params: byId, response: pushes.push }),
  /** A new push to those devices on which this one did not succeed. */
  retryPush: route('POST', '/api/pushes/:id/retry', {
    params: byId,
    body: pushes.pushRetry,
    response: pushes.push,
  }),

  /** This very list as OpenAPI 3.1. */
  openApi: route('GET', '/api/openapi.json', { response: z.record(z.string(), z.unknown()) }),

  /** Whether the device's root password is kept, and for how long; never what it is. */
  rootPassword: route('GET', '/api/devices/:id/root-password', {
    params: byId,
    response: vault.rootPassword,
  }),
  keepRootPassword: route('PUT', '/api/devices/:id/root-password', {
    params: byId,
    body: vault.keepPassword,
    response: vault.rootPassword,
  }),
  /** Destroys it now. */
  destroyRootPassword: route('DELETE', '/api/devices/:id/root-password', {
    params: byId,
    response: vault.rootPassword,
  }),
  /** Sets a new one on the device, over its console. Answers when it has begun; `job` tells how it goes. */
  changeRootPassword: route('POST', '/api/devices/:id/root-password/change', {
    params: byId,
    body: vault.changePassword,
    response: jobs.job,
  }),
  /** The new root password over SSH that is under way, or the last since the gateway started. */
  rootPasswordOverSsh: route('GET', '/api/devices/:id/root-password/over-ssh', {
    params: byId,
    response: sshPassword.sshPasswordChange.nullable(),
  }),
  /** Sets a new one over SSH. Answers when it has begun. */
  setRootPasswordOverSsh: route('POST', '/api/devices/:id/root-password/over-ssh', {
    params: byId,
    body: sshPassword.sshPasswordRequest,
    response: sshPassword.sshPasswordChange.nullable(),
  }),
  stopRootPasswordOverSsh: route('DELETE', '/api/devices/:id/root-password/over-ssh', {
    params: byId,
    response: sshPassword.sshPasswordChange.nullable(),
  }),
  /** The recovery under way, or the last since the gateway started. */
  recovery: route('GET', '/api/devices/:id/recovery', {
    params: byId,
    response: recoveries.recovery.nullable(),
  }),
  /**
   * Begins one. It is a job on the console, and is stopped as one (`cancelJob`). Where the project demands a second person's approval, it
   * waits for that, at most an hour.
   */
  startRecovery: route('POST', '/api/devices/:id/recovery', {
    params: byId,
    body: recoveries.recoveryRequest,
    response: recoveries.recovery.nullable(),
  }),
  /** A second person's say to one that waits for it. */
  answerRecovery: route('POST', '/api/devices/:id/recovery/approval', {
    params: byId,
    body: recoveries.recoveryApproval,
    response: recoveries.recovery.nullable(),
  }),
  /** Takes back one that waits. */
  withdrawRecovery: route('DELETE', '/api/devices/:id/recovery', {
    params: byId,
    response: recoveries.recovery.nullable(),
  }),
  /** `password-gone` once its time is over, `no-password` where there never was one. */
  revealRootPassword: route('POST', '/api/devices/:id/root-password/reveal', {
    params: byId,
    body: vault.revealRequest,
    response: vault.revealedPassword,
  }),

  provisioning: route('GET', '/api/devices/:id/provisioning', {
    params: byId,
    response: provision.provisioningState,
  }),
  markForProvisioning: route('POST', '/api/devices/:id/provisioning', {
    params: byId,
    body: provision.markInput,
    response: provision.marked,
  }),
  revokeProvisioning: route('DELETE', '/api/devices/:id/provisioning', {
    params: byId,
    response: provision.provisioningState,
  }),
  hostKeys: route('GET', '/api/devices/:id/host-keys', { params: byId, response: provision.hostKeys }),
  /** For a machine that was installed anew, and after a mismatch that somebody has looked into. */
  forgetHostKeys: route('DELETE', '/api/devices/:id/host-keys', {
    params: byId,
    response: provision.hostKeys,
  }),

  audit: route('GET', '/api/audit', { query: auditQuery, response: z.array(auditEntry) }),
} as const
export type RouteName = keyof typeof routes

/** Paths that are not JSON in, JSON out. */
export const paths = {
  /** WebSocket upgrade, see console.ts. */
  console: '/api/devices/:id/console',
  /** WebSocket upgrade: the devices that the caller may see, and what changes of them; see devicesMessage. */
  deviceChanges: '/api/devices/changes',
  /** POST: types the body, `application/octet-stream`, into a file of the device. Query and answer: jobs.ts. */
  files: '/api/devices/:id/files',
  /**
   * Raw bytes; the header `Lifeline-Offset` names the first byte's position, `Lifeline-End` the end of history, `Lifeline-Oldest` the
   * oldest byte held. Query and records of these four: history.ts.
   */
  history: '/api/devices/:id/history',
  /** GET: a span as a file. */
  historyDownload: '/api/devices/:id/history/download',
  /** POST with a JSON body, answered line by line. */
  historySearch: '/api/devices/:id/history/search',
  /** The same over all consoles. */
  historySearchAll: '/api/history/search',
  /** GET: known_hosts lines of the devices that the caller may see, as text. Query: provision.ts. */
  knownHosts: '/api/known_hosts',
  /** WebSocket upgrade: attaches the ssh agent of who ordered the push. See agent/socket.ts. */
  pushAgent: '/api/pushes/:id/agent',
  /** The same for a new root password over SSH. */
  passwordAgent: '/api/devices/:id/root-password/over-ssh/agent',
  /** What a machine asks for at first boot; the token is all it needs. See docs/provision.md. */
  provision: '/provision/:token/:document',
} as const
/** Fills `:name` parts of a path. Values are encoded, so they cannot leave their segment. */
export function fillPath(path: string, params: Record<string, string>): string {
  return path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}
