import { readFileSync } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Access, createAccess } from './access/access.ts'
import type { PasswordCost } from './access/phc.ts'
import { type Audit, beginAudit, createAudit } from './audit/audit.ts'
import { gatewayItself } from './audit/entry.ts'
import { type Clock, systemClock } from './base/clock.ts'
import { type Closable, Closer } from './base/closing.ts'
import type { Log } from './base/log.ts'
import type { Secret } from './base/secret.ts'
import type { Config } from './config.ts'
import { type Consoles, createConsoles } from './console/consoles.ts'
import { createTransports } from './console/transports/index.ts'
import { actOfConsole } from './console-audit.ts'
import { addDemoDevices } from './demo.ts'
import { createDevices, type Devices } from './devices/devices.ts'
import type { DeviceRecord } from './devices/record.ts'
import { createHttp } from './http/http.ts'
import { createPushes } from './inject/pushes.ts'
import { actOfJob } from './job-audit.ts'
import { createDeviceKeys } from './keys/device-keys.ts'
import { createKeyImport } from './keys/import.ts'
import { createPortal } from './keys/portal.ts'
import { createJobs } from './operator/jobs.ts'
import { createPower } from './power/power.ts'
import { createKeyring, type Keyring } from './provision/keyring.ts'
import { createProvisions, type ProvisionsParts } from './provision/provisions.ts'
import { createRecoveries } from './recover/recoveries.ts'
import { createSshPasswords } from './recover/ssh-passwords.ts'
import { openRotationDoor } from './rotation-door.ts'
import { databaseFile, openStore, type Store } from './store/database.ts'
import { lockDataFolder } from './store/instance-lock.ts'
import { masterKeySource } from './store/key-source.ts'
import { HeldMasterKey } from './store/master-key.ts'
import { createSecretStore } from './store/sealed.ts'
import { unlockStore } from './store/unlock.ts'
import { createVault } from './vault/vault.ts'

export interface App extends Closable {
  /** The admin made at the first start, with the one sight of the password; null at every later start. */
  readonly firstAdmin: { email: string; password: Secret } | null
  addDemoDevices(): Promise<void>
  /** Opens the web interface; gives the port. */
  listen(): Promise<number>
}

export interface AppParts {
  log: Log
  clock?: Clock
  /** How dear one password hash is, when not as usual. */
  passwordCost?: PasswordCost
  /** Folder of the built web client. */
  webRoot?: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version

/** The gateway: opens the data folder, holds every enabled console, and serves. Whatever fails, what was opened is closed again. */
export async function createApp(config: Config, parts: AppParts): Promise<App> {
  const closer = new Closer()
  try {
    return await wire(config, parts, closer)
  } catch (error) {
    await closer.close()
    throw error
  }
}

async function wire(config: Config, parts: AppParts, closer: Closer): Promise<App> {
  const { log, clock = systemClock, webRoot = join(root, 'dist', 'web') } = parts
  const base = await openBase(config, { log, clock }, closer)
  const { store, audit } = base
  const access = closer.own(await openAccess(config, { ...parts, clock, store, audit }))
  const devices = await createDevices({ ...base, clock, log })
  const vault = closer.own(await createVault({ ...base, devices, clock, log }))
  const { dataDir } = config
  closer.own(await openRotationDoor({ ...base, dataDir, clock, log, rotated: () => vault.settle() }))
  const firstAdmin = await access.ensureFirstAdmin()
  // Consoles say goodbye to their viewers, so the doors are closed after them; what closes them is made before.
  const doors = closer.own(new Closer())
  const consoles = holdConsoles(config, { audit, devices, clock, log }, closer)
  const jobs = closer.own(
    createJobs({ clock, log, record: (ended) => void audit.recordOrLog(actOfJob(ended)) }),
  )
  const power = closer.own(await createPower({ ...base, clock, log }))
  const recoveries = closer.own(createRecoveries({ jobs, power, vault, audit, clock }))
  const keys = createKeys(config, { store, audit, clock })
  const firstBoots = openFirstBoots(
    config,
    { ...base, devices, consoles, vault, keys: keys.onDevices, clock, log },
    closer,
  )
  const hostKeyOf = (deviceId: string) => verifiedHostKey(firstBoots.keyring, deviceId)
  const sshPasswords = closer.own(
    createSshPasswords({ jobs, audit, deviceKeys: keys.onDevices, hostKeyOf, clock, log }),
  )
  closer.add(
    devices.changes.listen(({ kind, device }) => {
      if (kind !== 'removed') return
      power.controls.forget(device.id)
      recoveries.forget(device.id)
      sshPasswords.forget(device.id)
    }),
  )
  const pushes = closer.own(
    await createPushes({
      ...{ store, audit, access, devices, consoles, jobs, vault, clock, log },
      deviceKeys: keys.onDevices,
      hostKeyOf,
      hostKeyHeard: ({ id: deviceId, projectId, name: target }, line) =>
        firstBoots.keyring.heard({ deviceId, projectId, target }, line),
      atOnce: config.push.devicesAtOnce,
    }),
  )
  await audit.recordOrLog({ action: 'gateway.started', by: gatewayItself, detail: { version } })
  const { publicUrl, trustedProxies, ownersMayDefineDevices } = config
  const sessionSeconds = config.session.lifetimeHours * 3600
  const faces = { publicUrl, trustedProxies, ownersMayDefineDevices, sessionSeconds, version, webRoot }
  const services = {
    access,
    audit,
    devices,
    consoles,
    jobs,
    recoveries,
    sshPasswords,
    pushes,
    keys,
    vault,
    power,
    ...firstBoots,
    clock,
    log,
  }
  const http = doors.own(createHttp({ ...services, ...faces }))
  closer.add(() => http.refuseMore())
  return {
    firstAdmin,
    addDemoDevices: () => addDemoDevices(store, devices),
    listen: () => http.listen(config.listen),
    close: () => closer.close(),
  }
}

/** The data folder, the database, the master key and what rests on them. */
async function openBase(config: Config, { log, clock }: { log: Log; clock: Clock }, closer: Closer) {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  await chmod(config.dataDir, 0o700)
  closer.add(lockDataFolder(config.dataDir))
  const store = await openStore(join(config.dataDir, databaseFile))
  closer.add(() => store.destroy())
  const source = masterKeySource(config)
  const { masterKey: proven, made } = await unlockStore({ store, source, onFirstUse: beginAudit })
  const masterKey = new HeldMasterKey(proven)
  if (made !== undefined)
    log.info({ file: made }, 'A master key was made. Keep a copy of it apart from the backups.')
  const audit = createAudit({ store, masterKey, clock, log })
  return { store, source, masterKey, audit, secrets: createSecretStore({ store, masterKey, clock }) }
}

interface AccessNeeds extends AppParts {
  clock: Clock
  store: Store
  audit: Audit
}

function openAccess(
  config: Config,
  { store, audit, clock, log, passwordCost }: AccessNeeds,
): Promise<Access> {
  const { adminEmail, session } = config
  return createAccess({
    store,
    audit,
    clock,
    log,
    settings: { adminEmail, session },
    ...(passwordCost && { hashing: { cost: passwordCost } }),
  })
}

/** The portal, its keys on devices, and the import from elsewhere. */
function createKeys({ keys }: Config, parts: { store: Store; audit: Audit; clock: Clock }) {
  const policy = { leastRsaBits: keys.leastRsaBits }
  return {
    portal: createPortal({ ...parts, policy }),
    onDevices: createDeviceKeys(parts),
    import: createKeyImport({ ...parts, policy, origins: keys.importOrigins }),
  }
}

/** First boots, the host keys heard at them, and under which origin machines ask. */
function openFirstBoots(
  { provision, publicUrl }: Config,
  parts: Omit<ProvisionsParts, 'keyring' | 'hours'>,
  closer: Closer,
) {
  const keyring = closer.own(createKeyring(parts))
  const provisions = closer.own(createProvisions({ ...parts, keyring, hours: provision.hours }))
  const origin = (provision.url ?? publicUrl)?.origin
  return { keyring, provisions, originFor: (host: string) => origin ?? `http://${host}` }
}

/** What only the network has told is trusted with no password. */
async function verifiedHostKey(keyring: Keyring, deviceId: string): Promise<string | undefined> {
  const { state, keys } = await keyring.of(deviceId)
  return state === 'mismatch' ? undefined : keys.find(({ verified }) => verified)?.sha256
}

interface ConsoleNeeds {
  audit: Audit
  devices: Devices
  clock: Clock
  log: Log
}

/** Holds the console of every device, and follows the inventory. */
function holdConsoles(
  config: Config,
  { audit, devices, clock, log }: ConsoleNeeds,
  closer: Closer,
): Consoles {
  const { viewersPerConsole, consolesPerUser, inputBytesPerSecond } = config.console
  const writing = new Set<Promise<void>>()
  closer.add(async () => {
    await Promise.all(writing)
    await audit.recordOrLog({ action: 'gateway.stopped', by: gatewayItself })
  })
  const consoles = createConsoles({
    historyDir: join(config.dataDir, 'history'),
    settings: { history: config.history, viewersPerConsole, consolesPerUser, inputBytesPerSecond },
    clock,
    log,
    transports: createTransports({ stateDir: config.dataDir }),
    record(event) {
      const written = audit.recordOrLog(actOfConsole(event)).finally(() => writing.delete(written))
      writing.add(written)
    },
  })
  closer.own(consoles)
  followInventory({ devices, consoles, log }, closer)
  return consoles
}

function followInventory(
  { devices, consoles, log }: { devices: Devices; consoles: Consoles; log: Log },
  closer: Closer,
): void {
  const hold = (device: DeviceRecord): void => {
    const { id: deviceId, projectId, name, enabled, transport, settings, allowLocalTargets } = device
    const spec = { deviceId, projectId, name, transport, settings, allowLocalTargets }
    // A device has its console from the first moment; it connects when its credentials have been read.
    if (consoles.get(deviceId) === undefined) consoles.hold({ ...spec, enabled: false, secrets: {} })
    devices
      .secretsOf(deviceId)
      .then((secrets) => {
        // Reading took a moment: by now it may be another device, or none.
        if (devices.find(deviceId) === device) consoles.hold({ ...spec, enabled, secrets })
      })
      .catch((error: unknown) =>
        log.error({ deviceId, error: String(error) }, 'the credentials of a device cannot be read'),
      )
  }
  const unlisten = devices.changes.listen(({ kind, device }) => {
    if (kind === 'removed')
      consoles
        .drop(device.id)
        .catch((error: unknown) =>
          log.error({ deviceId: device.id, error: String(error) }, 'a console could not be dropped'),
        )
    else hold(device)
  })
  closer.add(unlisten)
  for (const device of devices.list()) hold(device)
}
