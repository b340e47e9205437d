/** Where a viewer finds a console, and what is spoken there. */
export type Target =
  /** Binary frames are the console's bytes; text frames control, as in server/contract/console.ts. */
  | { kind: 'lifeline'; url: string; headers: Record<string, string>; acks: boolean }
  /** Binary frames are the console's bytes, and there is nothing else. */
  | { kind: 'pipe'; url: string }
  /** conserver's own protocol, see its PROTOCOL. `port` is the master's. */
  | { kind: 'conserver'; port: number; console: string }
  /** A TCP port of the loopback address, open soon: what comes from it is the console's bytes, and there is nothing else. */
  | { kind: 'tcp'; port: number }

/** What a viewer gets. */
export interface Incoming {
  bytes(chunk: Buffer): void
  /** The next byte stands at `position`; `lost` bytes before it never came. */
  moved(position: number, lost: number): void
  /** The console's program has hung up, or refused something, and says why. Nothing more comes. */
  failed(why: string): void
}

/** An attached viewer's connection. */
export interface ViewerLink {
  type(bytes: Uint8Array): void
  /** Leaves out what is still to come of the past, where it can be left out. */
  toEnd(): void
  /** Stops reading from the socket, and goes on. */
  pause(): void
  resume(): void
  close(): void
}
