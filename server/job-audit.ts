import type { Act } from './audit/entry.ts'
import type { EndedJob } from './operator/jobs.ts'

/** What the audit says of a paste or a file: how much, where to and how it ended. Not a byte of it, nor a hash that could be guessed. */
export function actOfJob({ spec, actor, job, path }: EndedJob): Act {
  const { state, total, done, verified, viewerId: viewer } = job
  return {
    action: job.kind === 'paste' ? 'console.pasted' : 'console.file-sent',
    by: { id: actor.id, name: actor.email, address: actor.address },
    projectId: spec.projectId,
    deviceId: spec.deviceId,
    target: spec.name,
    detail: { state, bytes: total, arrived: done, verified, viewer, ...(path !== null && { path }) },
  }
}
