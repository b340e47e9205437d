import type { Contender } from './contender.ts'

/** One that is neither started with consoles nor looked at through them. */
export function unconnected(name: string): Contender {
  return { name, start: () => Promise.reject(new Error(`${name} holds no console here.`)) }
}
