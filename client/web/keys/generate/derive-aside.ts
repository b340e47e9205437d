import type { Derivation } from './derive.ts'
import type { Said } from './derive-worker.ts'

/** The same as `derive`, in a thread of its own: the page goes on drawing. */
export function deriveAside(
  derivation: Derivation,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./derive-worker.ts', import.meta.url), { type: 'module' })
    const end = (finish: () => void) => {
      worker.terminate()
      finish()
    }
    signal.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true })
    worker.onmessage = ({ data }: MessageEvent<Said>) => {
      if ('share' in data) onShare(data.share)
      else end(() => resolve(data.bytes))
    }
    worker.onerror = (event) =>
      end(() => reject(new Error(event.message || 'the thread for it did not start')))
    worker.postMessage(derivation)
  })
}
