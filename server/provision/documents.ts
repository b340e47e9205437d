import { quoted } from './yaml.ts'

/** What a machine is told at its first boot. */
export interface FirstBoot {
  /** Of this provisioning: cloud-init does its work once for each instance. */
  instanceId: string
  deviceId: string
  hostname: string
  /** Lines of authorized_keys, each `type base64 comment`. */
  keys: string[]
  /** `$6$...` */
  passwordHash: string
  /** Ends with a slash. */
  address: string
  /** One of the owner's own. */
  networkConfig: string | null
}

interface Document {
  type: 'text/plain' | 'application/json'
  text(boot: FirstBoot): string
  /** It holds the hash of the root password. */
  tellsPassword: boolean
}

const plain = (text: Document['text']): Document => ({ type: 'text/plain', text, tellsPassword: false })

/**
 * The documents behind an address, by name. The first four are cloud-init's NoCloud ones; `metadata` is like that of Packet, which other
 * tools know how to read.
 */
export const documents: Record<DocumentName, Document> = {
  'meta-data': plain(metaData),
  'user-data': { ...plain(userData), tellsPassword: true },
  // Nothing of ours: it must be there, or cloud-init asks for it again and again.
  'vendor-data': plain(() => '#cloud-config\n{}\n'),
  'network-config': plain(({ networkConfig }) => networkConfig ?? dhcp),
  authorized_keys: plain(({ keys }) => keys.map((key) => `${key}\n`).join('')),
  metadata: { type: 'application/json', text: metadata, tellsPassword: true },
}

export type DocumentName =
  | 'meta-data'
  | 'user-data'
  | 'vendor-data'
  | 'network-config'
  | 'authorized_keys'
  | 'metadata'

export function isDocumentName(name: string): name is DocumentName {
  return Object.hasOwn(documents, name)
}

function metaData({ instanceId, hostname }: FirstBoot): string {
  return `instance-id: ${quoted(instanceId)}\nlocal-hostname: ${quoted(hostname)}\n`
}

/**
 * `users` without `default` makes no other account. With `disable_root` cloud-init would put a command before root's keys that only
 * tells people to log in as somebody else. Host keys that came with the image are everybody's: they are made anew, and shown.
 */
function userData({ hostname, keys, passwordHash, address }: FirstBoot): string {
  return `#cloud-config
# First boot of ${hostname}, by Lifeline.
disable_root: false
users:
  - name: root
    lock_passwd: false
    hashed_passwd: ${quoted(passwordHash)}
    ssh_authorized_keys:${list(keys, 6)}
ssh_deletekeys: true
ssh_genkeytypes: [ed25519, ecdsa, rsa]
ssh:
  emit_keys_to_console: true
phone_home:
  url: ${quoted(`${address}phone-home`)}
  post: [pub_key_rsa, pub_key_ecdsa, pub_key_ed25519, instance_id, hostname, fqdn]
  tries: 10
`
}

function list(items: string[], indent: number): string {
  if (items.length === 0) return ' []'
  return items.map((item) => `\n${' '.repeat(indent)}- ${quoted(item)}`).join('')
}

/** Whatever Ethernet cards there are; one without a cable must not hold up the boot. */
const dhcp = `version: 2
ethernets:
  all:
    match:
      name: "e*"
    dhcp4: true
    dhcp6: true
    optional: true
`

function metadata({ deviceId, instanceId, hostname, keys, passwordHash, address }: FirstBoot): string {
  const told = {
    id: deviceId,
    instance_id: instanceId,
    hostname,
    ssh_keys: keys,
    password_hash: passwordHash,
    user_data_url: `${address}user-data`,
    phone_home_url: `${address}phone-home`,
  }
  return `${JSON.stringify(told, undefined, 2)}\n`
}
