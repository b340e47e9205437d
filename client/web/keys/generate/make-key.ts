import type { Derivation } from './derive.ts'
import { deriveAside } from './derive-aside.ts'
import { makeKeyPair, publicLine } from './key-pair.ts'
import { openSshFile } from './openssh-file.ts'
import { ppkFile } from './ppk-file.ts'

/** A key in the forms that leave the page: the line for the portal, the files for their owner. */
export interface MadeKey {
  comment: string
  line: string
  openSsh: string
  ppk: string
}

export interface Wish {
  comment: string
  /** Empty for none. */
  passphrase: string
}

export async function makeKey(
  { comment, passphrase }: Wish,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<MadeKey> {
  const pair = await makeKeyPair()
  const derive = (derivation: Derivation) => deriveAside(derivation, onShare, signal)
  const openSsh = await openSshFile(pair, comment, passphrase, derive)
  const ppk = await ppkFile(pair, comment, passphrase, derive)
  return { comment, line: publicLine(pair, comment), openSsh, ppk }
}
