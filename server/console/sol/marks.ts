import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'

/**
 * Which SOL sessions this gateway has begun and not ended, over its own death. A session is the number that the BMC gave it
 * (IPMI 2.0 section 24.5), so a mark proves whose a session is, not just that there was one.
 */
export interface SolMarks {
  /** The session of this gateway at that BMC that was begun last and not ended. */
  begun(bmc: BmcAddress): Promise<string | undefined>
  begin(bmc: BmcAddress, session: string): Promise<void>
  end(bmc: BmcAddress): Promise<void>
}

export interface BmcAddress {
  address: string
  port: number
}

/** Marks as files, one per BMC, in a folder made when first needed. */
export function createSolMarks(folder: string): SolMarks {
  const fileOf = ({ address, port }: BmcAddress) =>
    join(folder, `${address.replace(/[^0-9A-Za-z.]/g, '-')}_${port}`)
  return {
    async begun(bmc) {
      try {
        const session = await readFile(fileOf(bmc), 'latin1')
        return sessionNumber.test(session) ? session : undefined
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined
        throw error
      }
    },
    async begin(bmc, session) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700)
      const file = fileOf(bmc)
      await writeFile(`${file}.new`, session, { mode: 0o600 })
      await rename(`${file}.new`, file)
    },
    end: (bmc) => rm(fileOf(bmc), { force: true }),
  }
}

const sessionNumber = /^[0-9a-f]{8}$/
