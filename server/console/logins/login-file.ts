import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { loginState } from '../../contract/login.ts'
import type { Login } from './login.ts'

const fileName = 'login.json'

/** What was known of a login when the gateway ended; undefined when nothing is kept or it cannot be read. */
export async function readLogin(folder: string): Promise<Login | undefined> {
  try {
    const { shown, name, returns } = JSON.parse(await readFile(join(folder, fileName), 'utf8'))
    const checked = loginState.safeParse(shown)
    if (!checked.success) return undefined
    return {
      shown: checked.data,
      name: typeof name === 'string' ? name : null,
      returns: returns === true,
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Beside the history: it goes with it. */
export async function writeLogin(folder: string, login: Login): Promise<void> {
  const file = join(folder, fileName)
  await writeFile(`${file}.new`, JSON.stringify(login), { mode: 0o600 })
  await rename(`${file}.new`, file)
}
