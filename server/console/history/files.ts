import {
  accessSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import * as promises from 'node:fs/promises'

interface OpenFile {
  stat(): Promise<{ size: number }>
  read(into: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
  write(from: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>
  close(): Promise<void>
}

/** What opening a history does with files, named as node's own functions are. All reject as system calls do. */
export interface Files {
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>
  /** @param mode what must be allowed, as access(2) takes it. */
  access(path: string, mode: number): Promise<void>
  readdir(path: string): Promise<string[]>
  readFile(path: string): Promise<Buffer>
  stat(path: string): Promise<{ size: number; mtimeMs: number }>
  truncate(path: string, length: number): Promise<void>
  unlink(path: string): Promise<void>
  open(path: string, flags: string | number, mode?: number): Promise<OpenFile>
}

/** For a thread that others wait for. */
export const sharedFiles: Files = promises

/**
 * For a thread that has nothing else to do than wait for the disk: handing each call to another thread and hearing back from it takes several
 * times as long as the call.
 */
export const ownFiles: Files = {
  mkdir: async (path, options) => mkdirSync(path, options),
  access: async (path, mode) => accessSync(path, mode),
  readdir: async (path) => readdirSync(path),
  readFile: async (path) => readFileSync(path),
  stat: async (path) => statSync(path),
  truncate: async (path, length) => truncateSync(path, length),
  unlink: async (path) => unlinkSync(path),
  async open(path, flags, mode) {
    const fd = openSync(path, flags, mode)
    return {
      stat: async () => fstatSync(fd),
      read: async (into, offset, length, position) => ({
        bytesRead: readSync(fd, into, offset, length, position),
      }),
      write: async (from, offset, length, position) => ({
        bytesWritten: writeSync(fd, from, offset, length, position),
      }),
      close: async () => closeSync(fd),
    }
  },
}
