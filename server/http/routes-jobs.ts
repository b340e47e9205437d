import express, { type Express, type Request, type Response } from 'express'
import { can, demand, type Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { fileQuery, type loginCheckInput, sentFile } from '../contract/jobs.ts'
import { limits } from '../contract/limits.ts'
import { paths, routes } from '../contract/routes.ts'
import type { Output } from '../contract/schema.ts'
import type { changePassword as changePasswordInput } from '../contract/vault.ts'
import type { Jobs } from '../operator/jobs.ts'
import { changePassword } from '../recover/change-password.ts'
import { generateRootPassword } from '../vault/generate.ts'
import type { Vault } from '../vault/vault.ts'
import { decode } from './decode.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { admit, type GateOptions } from './gate.ts'
import { type Found, find, follow, type JobPlaceParts, place } from './job-place.ts'
import { demandOwnRoot, keptRootPassword, sealing } from './root-password.ts'

export interface JobRouteParts extends JobPlaceParts {
  jobs: Jobs
  vault: Pick<Vault, 'use' | 'keep'>
}

/** Pastes, login checks, new root passwords, and the job under way on a console. */
export function jobEndpoints(parts: JobRouteParts): Endpoint[] {
  return [
    endpoint(routes.paste, async ({ principal, params, body }) => {
      const found = find(params.id, principal, 'console.write', parts)
      return follow(parts.jobs.paste(place(principal, found), body), principal, found, parts).job
    }),

    endpoint(routes.checkLogin, async ({ principal, params, body }) => {
      const found = find(params.id, principal, 'console.write', parts)
      const password = await passwordOf(body, principal, found, parts)
      const request = { user: body.user, password }
      return follow(parts.jobs.checkLogin(place(principal, found), request), principal, found, parts).job
    }),

    endpoint(routes.changeRootPassword, async ({ principal, params, body }) => {
      const found = find(params.id, principal, 'console.write', parts)
      const seal = sealing(principal, found, 'change', parts)
      demandOwnRoot(found)
      const current = await currentPassword(body.current, principal, found, parts)
      const next = body.next === undefined ? generateRootPassword() : new Secret(body.next)
      const change = { current, next, seal: () => seal(next) }
      return follow(changePassword(parts.jobs, place(principal, found), change), principal, found, parts).job
    }),

    endpoint(routes.job, async ({ principal, params }) => {
      return find(params.id, principal, 'console.watch', parts).console.jobs.last
    }),

    endpoint(routes.cancelJob, async ({ principal, params }) => {
      const { console, projectId } = find(params.id, principal, 'console.write', parts)
      const force = can(principal, 'console.force', { kind: 'device', projectId }) === 'yes'
      console.jobs.cancel({ id: principal.userId, name: principal.name }, force)
      return console.jobs.last
    }),
  ]
}

/** `POST /api/devices/:id/files?path=...`: the body is the file, so that `curl --data-binary @file` does it. */
export function mountFiles(app: Express, parts: JobRouteParts, gate: GateOptions): void {
  app.post(paths.files, async (request, response) => {
    const route = { ...routes.paste, needs: 'user' as const }
    const principal = await admit(request, route, gate)
    if (principal === undefined) throw notFound()
    const id = String(request.params.id)
    find(id, principal, 'console.write', parts)
    const { path, mode, overwrite } = decode(fileQuery, request.query, 'query')
    const content = await readContent(request, response)
    // Reading takes as long as whoever sends it likes: a right that ended meanwhile has ended.
    const sender = await admit(request, route, gate)
    if (sender === undefined) throw notFound()
    const found = find(id, sender, 'console.write', parts)
    const started = parts.jobs.sendFile(place(sender, found), {
      content,
      path,
      mode,
      overwrite: overwrite === '1',
    })
    const { job } = follow(started, sender, found, parts)
    response.status(202).json(sentFile.parse({ job, sha256: started.sha256 }))
  })
}

async function currentPassword(
  current: Output<typeof changePasswordInput>['current'],
  principal: Principal,
  found: Found,
  parts: JobRouteParts,
): Promise<Secret | undefined> {
  if (current.from === 'session') return undefined
  if (current.from === 'given') return new Secret(current.password)
  return keptRootPassword(principal, found, 'a new root password over the console', parts)
}

async function passwordOf(
  { user, password }: Output<typeof loginCheckInput>,
  principal: Principal,
  found: Found,
  parts: JobRouteParts,
): Promise<Secret> {
  if (typeof password === 'string') return new Secret(password)
  demand(principal, 'password.use', { kind: 'device', projectId: found.projectId })
  if (user !== 'root') throw new AppError('bad-request', `The vault keeps passwords of root, not of ${user}.`)
  return keptRootPassword(principal, found, 'login check', parts)
}

const readRaw = express.raw({ limit: limits.fileBytes, type: 'application/octet-stream' })

async function readContent(request: Request, response: Response): Promise<Buffer> {
  if (request.headers['content-type'] !== 'application/octet-stream') {
    throw new AppError('bad-encoding', 'Send the file as it is, with Content-Type: application/octet-stream.')
  }
  await new Promise<void>((resolve, reject) => {
    readRaw(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
  })
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}
