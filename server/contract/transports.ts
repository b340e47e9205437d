import { z } from 'zod'

export const port = z.number().int().min(1).max(65535)
const hostLabels =
  /^(?=.{1,253}$)[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*\.?$/
export const host = z
  .string()
  .trim()
  .refine(
    (value) => hostLabels.test(value) || z.ipv6().safeParse(value).success,
    'must be a host name, an IPv4 or an IPv6 address, without port or brackets',
  )
export const username = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\s\p{C}]+$/u, 'must not contain spaces or control characters')
const filePath = z
  .string()
  .max(107, 'must be shorter than 108 bytes (sun_path of unix(7))')
  .regex(/^\/[^\0]*$/, 'must be an absolute path')

const secretText = z
  .string()
  .min(1)
  .max(16 * 1024)

/** Speeds that termios knows and terminal servers offer. */
export const baudRates = [
  300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600,
] as const
const serialLine = {
  baud: z.literal(baudRates).default(115200),
  dataBits: z.literal([5, 6, 7, 8]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.literal([1, 2]).default(1),
}

/** What is typed at the far end after login to reach the console: BMCs want a command, servers none. */
const sshPresets = ['none', 'idrac', 'ilo', 'xcc', 'supermicro', 'openbmc'] as const

const sshTransport = z.object({
  kind: z.literal('ssh'),
  host,
  port: port.default(22),
  username,
  preset: z.enum(sshPresets).default('none'),
  /** Overrides the preset's command. Run as an exec request where the preset says so, else typed into its shell. */
  startCommand: z.string().max(200).optional(),
  /** Ask for algorithms that OpenSSH has off by default (group1 and group14-sha1, ssh-rsa, CBC, hmac-sha1): old BMCs know nothing else. */
  legacyAlgorithms: z.boolean().default(false),
  /** `SHA256:` fingerprint as `ssh-keygen -l` prints it. Without it the device waits for somebody to accept the key it shows. */
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a SHA256: fingerprint as ssh-keygen -l prints it')
    .optional(),
})

/** What to do when the BMC says that another session has the SOL payload. */
const staleSessionPolicies = ['never', 'if-ours', 'force'] as const

/** RMCP+ cipher suite (IPMI 2.0 table 22-20): 17 is SHA-256 with AES, 3 is SHA-1 with AES and what older BMCs know. */
export const cipherSuite = z.literal([3, 17]).default(17)

const ipmiSolTransport = z.object({
  kind: z.literal('ipmi-sol'),
  host,
  port: port.default(623),
  username,
  cipherSuite,
  privilege: z.enum(['user', 'operator', 'administrator']).default('administrator'),
  staleSession: z.enum(staleSessionPolicies).default('if-ours'),
})

export const telnetTransport = z.object({
  kind: z.literal('telnet'),
  host,
  port: port.default(23),
  /** Set the line through RFC 2217 when the far end offers COM-PORT-OPTION; absent leaves the line as it is. */
  serial: z
    .object({ ...serialLine, dtr: z.boolean().default(true), rts: z.boolean().default(true) })
    .optional(),
})

const tcpTransport = z.object({ kind: z.literal('tcp'), host, port })

const unixTransport = z.object({ kind: z.literal('unix'), path: filePath })

export const ttyTransport = z.object({
  kind: z.literal('tty'),
  path: filePath,
  ...serialLine,
  flowControl: z.enum(['none', 'rts-cts', 'xon-xoff']).default('none'),
})

/** Program and arguments, no shell: each element arrives as it is. */
export const argv = z
  .array(
    z
      .string()
      .max(4096)
      .regex(/^[^\0]*$/, 'must not contain NUL: an argument ends there'),
  )
  .min(1)
  .max(64)
  .refine(([program]) => program !== '', 'must begin with a program')

const commandTransport = z.object({ kind: z.literal('command'), argv })

const demoTransport = z.object({ kind: z.literal('demo'), scene: z.enum(['box', 'chatterbox']) })

export const transport = z.discriminatedUnion('kind', [
  sshTransport,
  ipmiSolTransport,
  telnetTransport,
  tcpTransport,
  unixTransport,
  ttyTransport,
  commandTransport,
  demoTransport,
])
export type TransportConfig = z.infer<typeof transport>
export type TransportKind = TransportConfig['kind']
export type TransportOf<K extends TransportKind> = Extract<TransportConfig, { kind: K }>

/** Transports that reach into the gateway's own machine: only an instance admin may set them up. */
export const localTransports: readonly TransportKind[] = ['unix', 'tty', 'command', 'demo']

/** Credentials a transport may want. They travel inwards only: no answer ever carries one back. */
export const deviceSecrets = z
  .object({
    password: secretText,
    /** An OpenSSH or PEM private key. */
    privateKey: secretText,
    passphrase: secretText,
  })
  .partial()
export type DeviceSecretName = keyof z.infer<typeof deviceSecrets>
export const deviceSecretNames = [
  'password',
  'privateKey',
  'passphrase',
] as const satisfies readonly DeviceSecretName[]

/** Which credentials each transport uses; others are refused, so that none is kept that nobody needs. */
export const secretsUsed: Readonly<Record<TransportKind, readonly DeviceSecretName[]>> = {
  ssh: ['password', 'privateKey', 'passphrase'],
  'ipmi-sol': ['password'],
  telnet: [],
  tcp: [],
  unix: [],
  tty: [],
  command: [],
  demo: [],
}
