import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** Functions that a process offers to the one that started it. Arguments and results pass as JSON. */
type Calls = Record<string, (argument: never) => unknown>

interface Request {
  id: number
  name: string
  argument: unknown
}

type Reply = { id: number; value: unknown } | { id: number; failure: string }

/** A process of the bench that does one job, and ends when we do. */
export interface Worker<C extends Calls> extends AsyncDisposable {
  call<K extends keyof C & string>(name: K, argument: Parameters<C[K]>[0]): Promise<Awaited<ReturnType<C[K]>>>
}

/** @param file name of a module in this folder that calls `serveCalls`. */
export function startWorker<C extends Calls>(file: string): Worker<C> {
  const child = fork(new URL(file, import.meta.url))
  const exited = once(child, 'exit')
  const waiting = listen(child, file)
  let id = 0
  return {
    call(name, argument) {
      id += 1
      const request: Request = { id, name, argument }
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: (value) => resolve(value as Awaited<ReturnType<C[typeof name]>>), reject })
        // Also when the process is gone already.
        child.send(request, (error) => error && reject(error))
      })
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

function listen(child: ChildProcess, file: string): Map<number, Waiting> {
  const waiting = new Map<number, Waiting>()
  child.on('message', (message) => {
    const reply = message as Reply
    const call = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('failure' in reply) call?.reject(new Error(reply.failure))
    else call?.resolve(reply.value)
  })
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${code}`))
  })
  return waiting
}

/** To be called in the worker: answers calls until the process that started it is gone. */
export function serveCalls(calls: Calls): void {
  const answer = async ({ id, name, argument }: Request): Promise<Reply> => {
    try {
      return { id, value: await calls[name]?.(argument as never) }
    } catch (error) {
      return { id, failure: error instanceof Error ? error.message : String(error) }
    }
  }
  process.on('message', async (message) => {
    const reply = await answer(message as Request)
    if (process.connected) process.send?.(reply)
  })
  process.once('disconnect', () => process.exit())
}
