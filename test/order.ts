import { readFile } from 'node:fs/promises'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What boots a whole machine. */
const machine = /from '\.[^']*\/(?:machine|recovered-machine|first-boot)\.ts'/

/**
 * Files that boot a whole machine begin early, and one after the other: they take minutes, so that one which began last would have one
 * core for itself while the other rests, and the first of them builds the image that all others would wait for.
 */
export class MachinesEarly extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const boots = await Promise.all(
      sorted.map(async ({ moduleId }) => machine.test(await readFile(moduleId, 'utf8'))),
    )
    const machines = sorted.filter((_, index) => boots[index])
    const others = sorted.filter((_, index) => !boots[index])
    return others
      .flatMap((file, index) => [machines[index], file].filter((one) => one !== undefined))
      .concat(machines.slice(others.length))
  }
}
