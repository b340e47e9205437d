import { refused } from './types.ts'

const copyAgain =
  'Copy the whole key again from its file (it ends in .pub), in one piece, and paste nothing else.'

export function cutShort(reason = 'The key is not complete: it ends before all of its parts have come.') {
  return refused('truncated', reason, copyAgain)
}

export function mismatch(reason: string) {
  return refused(
    'mismatch',
    reason,
    `${copyAgain} If it is refused again, the file is damaged: make a new key.`,
  )
}

export function notAKey(reason: string) {
  return refused(
    'not-a-key',
    reason,
    'Paste the public key alone: the line from a .pub file, what PuTTYgen saves as the public key, a PEM block or a JWK.',
  )
}

export function tooSmall(reason: string) {
  return refused('too-small', reason, newKey)
}

export function weak(reason: string) {
  return refused('weak-key', reason, `${newKey} Take the old one off the machines that still accept it.`)
}

export const newKey = 'Make a new key: ssh-keygen -t ed25519.'
