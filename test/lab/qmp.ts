import { connect } from 'node:net'

const answerWithinMs = 10_000

/** Runs one command of QEMU's machine protocol (QMP) on its unix socket; rejects with QEMU's words when it refuses. */
export function qmp(socketPath: string, execute: string, args: Record<string, unknown> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const finish = (error?: Error) => {
      socket.destroy()
      if (error === undefined) resolve()
      else reject(error)
    }
    const say = (message: object) => socket.write(`${JSON.stringify(message)}\n`)
    let text = ''
    socket.setTimeout(answerWithinMs, () => finish(new Error(`QEMU did not answer "${execute}".`)))
    socket.once('error', finish)
    socket.once('close', () =>
      finish(new Error(`QEMU closed its control socket before it answered "${execute}".`)),
    )
    socket.on('data', (chunk) => {
      text += chunk.toString()
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) {
        if (line.includes('"QMP"')) say({ execute: 'qmp_capabilities', id: 'hello' })
        else if (line.includes('"error"')) finish(new Error(`QEMU refused "${execute}": ${line}`))
        else if (line.includes('"hello"')) say({ execute, arguments: args, id: 'command' })
        else if (line.includes('"command"')) finish()
      }
    })
  })
}
