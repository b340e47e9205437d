import { parseArgs } from 'node:util'

export interface Options {
  /** Where the gateway is, without a path. */
  url: URL
  /** The push to attach to, or a file with the order of one. */
  push: string | undefined
  order: string | undefined
  /** The device whose root password is set anew. */
  rootPassword: string | undefined
  keys: string[]
  knownHosts: string | undefined
  tokenFile: string | undefined
}

export const usage = `usage: lifeline-agent URL --push ID [options]
       lifeline-agent URL --order FILE [options]
       lifeline-agent URL --root-password DEVICE [options]

Lets a push of Lifeline log in over SSH with the keys of your ssh agent (SSH_AUTH_SOCK).
The keys stay where they are. Nothing but logins at the push's servers is signed, each is
told here, and it ends with the push.

  --push ID           attach to a push that waits for it
  --order FILE        order a push (JSON as for POST /api/pushes; - is standard input)
  --root-password ID  attach to the new root password of a device that waits for it;
                      only logins as root are signed
  --key SHA256:...    use this key of the agent only; may be given several times
  --known-hosts FILE  log in only at hosts whose key is in this known_hosts file
  --token-file FILE   where the API token is; else it is in LIFELINE_TOKEN`

/** @throws Error in words for whoever typed it. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      push: { type: 'string' },
      order: { type: 'string' },
      'root-password': { type: 'string' },
      key: { type: 'string', multiple: true },
      'known-hosts': { type: 'string' },
      'token-file': { type: 'string' },
    },
  })
  const [address = '', ...others] = positionals
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || others.length > 0) {
    throw new Error(
      'Say where Lifeline is, and nothing else, before the options: https://lifeline.example.org',
    )
  }
  const named = [values.push, values.order, values['root-password']].filter((one) => one !== undefined)
  if (named.length !== 1) {
    throw new Error(
      'Name a push (--push), the file with an order (--order), or a device (--root-password): one of them.',
    )
  }
  const keys = values.key ?? []
  const odd = keys.find((key) => !/^SHA256:[A-Za-z0-9+/]{43}$/.test(key))
  if (odd !== undefined)
    throw new Error(`${odd} is no fingerprint. ssh-add -l shows those of your keys: SHA256:...`)
  const { push, order, 'root-password': rootPassword } = values
  const { 'known-hosts': knownHosts, 'token-file': tokenFile } = values
  return { url, push, order, rootPassword, keys, knownHosts, tokenFile }
}
