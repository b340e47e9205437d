import { type Derivation, derive } from './derive.ts'

/** What the worker says: how far it is, and in the end the bytes. */
export type Said = { share: number } | { bytes: Uint8Array<ArrayBuffer> }

self.onmessage = ({ data }: MessageEvent<Derivation>) => {
  const say = (said: Said) => self.postMessage(said)
  say({ bytes: derive(data, (share) => say({ share })) })
}
