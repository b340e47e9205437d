import { parentPort, workerData } from 'node:worker_threads'
import { decryptPrivateKey } from './key-text.ts'

const { text, passphrase } = workerData as { text: string; passphrase: string }
parentPort?.postMessage(decryptPrivateKey(text, passphrase))
