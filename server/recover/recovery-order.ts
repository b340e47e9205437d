import type { Recovery } from '../contract/recovery.ts'
import type { JobPlace } from '../operator/job-run.ts'
import type { StartedJob } from '../operator/jobs.ts'
import type { PowerActor } from '../power/power.ts'

/** A recovery as it stands, whoever looks at it. */
export interface RecoveryState extends Omit<Recovery, 'approvers' | 'may'> {
  /** Id of the user who ordered it. */
  userId: string | null
}

export interface RecoveryOrder {
  restart: Recovery['restart']
  rehearsal: boolean
  /** Of the machine's SSH server. */
  sshPort: number
  /** Begins the push of keys that is to follow, with the new password, and gives its id. */
  push: (() => Promise<string>) | undefined
}

/** What one begins with. */
export interface ReadyRecovery {
  place: JobPlace
  order: RecoveryOrder
  by: PowerActor
  /** Has the rights of who ordered it watched while it goes on. */
  follow(started: StartedJob): void
}
