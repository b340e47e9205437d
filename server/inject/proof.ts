import type { KeyQuestion } from '../console/ssh/key-questions.ts'
import { LinkError } from '../console/transport.ts'
import type { PushedKey } from '../contract/pushes.ts'
import { askOverSsh, type SshWay } from './over-ssh.ts'

export type Proof = Pick<PushedKey, 'proof' | 'reasons'>

/** What the device's SSH server says of each key; why it could not be asked, where it could not. */
export async function prove(
  way: Omit<SshWay, 'password' | 'privateKey' | 'passphrase'> | undefined,
  keys: readonly KeyQuestion[],
): Promise<Proof[]> {
  if (way === undefined) {
    return keys.map(() => ({ proof: 'not-reachable', reasons: ['The device has no address here.'] }))
  }
  try {
    const answers = await askOverSsh(way, keys)
    return answers.map((answer) =>
      answer === 'no-answer'
        ? unreachable('The SSH server ended the connection.')
        : { proof: answer, reasons: [] },
    )
  } catch (error) {
    if (!(error instanceof LinkError)) throw error
    return keys.map(() => unreachable(error.reason.message))
  }
}

const unreachable = (reason: string): Proof => ({ proof: 'not-reachable', reasons: [reason] })
