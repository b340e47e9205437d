import type { Act } from './audit/entry.ts'
import type { Job } from './contract/jobs.ts'
import type { EndedJob } from './operator/job-run.ts'

const actions: Record<Job['kind'], Act['action']> = {
  paste: 'console.pasted',
  file: 'console.file-sent',
  'login-check': 'console.login-checked',
  push: 'console.keys-typed',
  'set-password': 'console.root-password-changed',
  recovery: 'recovery.ended',
}

/** What the audit says of something typed: how much, where to and how it ended. Not a byte of it, nor a hash that could be guessed. */
export function actOfJob({ spec, actor, job, detail }: EndedJob): Act {
  const { state, total, done, verified, viewerId: viewer } = job
  return {
    action: actions[job.kind],
    by: { id: actor.id, name: actor.email, address: actor.address },
    projectId: spec.projectId,
    deviceId: spec.deviceId,
    target: spec.name,
    detail: { state, ...(total > 0 && { bytes: total, arrived: done, verified }), viewer, ...detail },
  }
}
