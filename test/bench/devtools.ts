/** Chromium and Node take the same orders. */
export interface DevTools extends Disposable {
  call<T>(method: string, params?: object, sessionId?: string): Promise<T>
}

/** Chrome DevTools Protocol over its WebSocket: each call has a number, which its answer bears. */
export async function connectTools(endpoint: string): Promise<DevTools> {
  const socket = new WebSocket(endpoint)
  const opened = Promise.withResolvers<void>()
  socket.onopen = () => opened.resolve()
  socket.onerror = () => opened.reject(new Error('It takes no orders.'))
  const pending = new Map<number, PromiseWithResolvers<unknown>>()
  socket.onclose = () => {
    for (const { reject } of pending.values()) reject(new Error('It has ended.'))
  }
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(data)
    if (error) pending.get(id)?.reject(new Error(error.message))
    else pending.get(id)?.resolve(result)
    pending.delete(id)
  }
  await opened.promise
  let calls = 0
  return {
    call<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
      const answer = Promise.withResolvers<unknown>()
      calls += 1
      pending.set(calls, answer)
      socket.send(JSON.stringify({ id: calls, method, params, sessionId }))
      return answer.promise as Promise<T>
    },
    [Symbol.dispose]: () => socket.close(),
  }
}

/** Bytes that a Node program's objects take once what it needs no more is gone. */
export async function heldBy(tools: DevTools): Promise<number> {
  await tools.call('HeapProfiler.collectGarbage')
  const { result } = await tools.call<{ result: { value: number } }>('Runtime.evaluate', {
    expression: 'process.memoryUsage().heapUsed + process.memoryUsage().external',
  })
  return result.value
}
