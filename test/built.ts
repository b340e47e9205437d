import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'

/** Builds what starts from dist/, if its sources changed: before tests and measurements, so that none runs what was there before. */
export default function built(): void {
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
  execFileSync(join(import.meta.dirname, '../scripts/build'), {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  })
}
