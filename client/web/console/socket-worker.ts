/** One WebSocket to open. What is put into the port is sent, `null` closes it. */
export interface Opening {
  url: string
  port: MessagePort
}

/** What comes out of the port: a message as it came (binary ones are handed over, not copied), or the code with which the socket closed, which is the last. */
export type Came = string | ArrayBuffer | { closed: number }

/** The WebSockets of the page's consoles: what comes is taken in here while the page parses and draws. */
self.onmessage = ({ data: { url, port } }: MessageEvent<Opening>) => {
  const say = (came: Came, handedOver: Transferable[] = []) => port.postMessage(came, handedOver)
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }) => say(data, typeof data === 'string' ? [] : [data])
  socket.onclose = ({ code }) => say({ closed: code })
  port.onmessage = ({ data }: MessageEvent<string | Uint8Array<ArrayBuffer> | null>) => {
    if (data === null) socket.close()
    else socket.send(data)
  }
}
