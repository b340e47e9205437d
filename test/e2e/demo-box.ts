import { once } from 'node:events'
import { demoDevice, type Gateway } from './fixtures.ts'

/**
 * Has the demo box print something without a page: as a program at its console, which logs in as root and leaves the shell open.
 * Resolves when the commands have ended.
 */
export async function runOnDemoBox(gateway: Gateway, commands: string): Promise<void> {
  const person = await gateway.admin()
  const { id } = await demoDevice(person, 'demo-box')
  const socket = person.socket(id)
  let heard = ''
  let look = () => {}
  socket.on('message', (data: Buffer, binary) => {
    if (binary) heard += data.toString('latin1')
    look()
  })
  await once(socket, 'open')
  const failed = once(socket, 'close').then(() => {
    throw new Error(`The demo box's console was closed after: ${heard.slice(-200)}`)
  })
  failed.catch(() => undefined)
  /** Types, and waits for what is printed from then on. */
  const type = async (text: string, answer: string): Promise<void> => {
    heard = ''
    socket.send(Buffer.from(text))
    const seen = new Promise<void>((resolve) => {
      look = () => {
        if (heard.includes(answer)) resolve()
      }
    })
    await Promise.race([seen, failed])
  }
  await type('\r', 'login: ')
  await type('root\r', 'Password: ')
  await type('lifeline\r', '# ')
  // The echo of what is typed does not hold the word.
  await type(`${commands}; echo print''ed\r`, '\nprinted')
  socket.close()
}
