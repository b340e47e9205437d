import { join } from 'node:path'
import { Secret } from '../../../server/base/secret.ts'
import { inSession } from '../../../server/inject/over-console.ts'
import type { PushKey } from '../../../server/inject/plan.ts'
import { type PushOutcome, pushKeys } from '../../../server/inject/push.ts'
import { type OperatorOutcome, operate } from '../../../server/operator/operate.ts'
import { makeKey } from '../../lab/ssh-keys.ts'
import type { ConsoleDesk } from './console-desk.ts'

export const password = 'sesame & 42'

export async function threeKeys(folder: string): Promise<PushKey[]> {
  const made = await Promise.all(
    ['ann', 'ben', 'cat'].map((name) => makeKey({ path: join(folder, name), type: 'ed25519' })),
  )
  return made.map(({ publicKey }) => {
    const [type = '', base64 = '', comment = ''] = publicKey.split(' ')
    return { type, blob: Buffer.from(base64, 'base64'), comment }
  })
}

/** The lines that a push writes. */
export const linesOf = (keys: PushKey[]): string =>
  keys
    .map(({ type, blob, comment }) => `${type} ${Buffer.from(blob).toString('base64')} ${comment}\n`)
    .join('')

export const fileOf = ({ machine }: ConsoleDesk): string => join(machine.root, '.ssh/authorized_keys')

export const push = (desk: ConsoleDesk, keys: PushKey[]): Promise<OperatorOutcome<PushOutcome>> =>
  operate(
    desk,
    { user: 'root', password: new Secret(password), session: 'refuse' },
    {
      work: (session) => pushKeys({ runner: inSession(session), account: 'root', keys, now: Date.now() }),
      tell: () => undefined,
    },
  )

export const resultsOf = ({ result, message }: OperatorOutcome<PushOutcome>): string[] =>
  result?.kind === 'done' ? result.keys.map(({ result }) => result) : [result?.why ?? message]
