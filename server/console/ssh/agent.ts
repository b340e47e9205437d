/** Somebody's ssh agent, on their own machine. */
export interface SshAgent {
  /** A talk for one SSH connection, which is not used again. */
  open(about: { target: string; login: string }): AgentTalk
}

/** Messages of the agent protocol without their length: contract/agent/messages.ts. */
export interface AgentTalk {
  /** One question after the other. Rejects with LinkError when the agent is gone, or does not answer in `ms`. */
  ask(message: Uint8Array, ms: number): Promise<Uint8Array>
  close(): void
}

/** An agent, and what is known of its keys. */
export interface AgentCredential {
  agent: SshAgent
  /** Fingerprints of keys that are likely to be let in: they are offered first. */
  likely: readonly string[]
}
