/** What a service may do this way or that; each combination conforms to DSP0266. */
export interface Manner {
  /** The resets it offers. */
  resets?: string[]
  /** Says them by an ActionInfo instead of with the action. */
  actionInfo?: boolean
  /** Takes changes at a settings resource: those of `Boot`, or others alone. */
  settings?: 'boot' | 'other'
  /** Answers orders with a task to follow. */
  tasks?: boolean
  /** The way the task ends. */
  taskEnds?: string
  /** Knows no sessions, only passwords. */
  withoutSessions?: boolean
  /** Knows sessions only. */
  withoutBasic?: boolean
  /** Its systems change by themselves after each look at them. */
  changesAlone?: boolean
  /** How many computer systems it has. */
  systems?: number
}

export interface SystemState {
  power: string
  boot: Record<string, string>
  etag: number
}

const allResets = [
  'On',
  'ForceOff',
  'GracefulShutdown',
  'GracefulRestart',
  'ForceRestart',
  'Nmi',
  'PowerCycle',
  'PushPowerButton',
]
const systemsPath = '/redfish/v1/Systems'
export const sessionsPath = '/redfish/v1/SessionService/Sessions'
const systemPath = (id: string) => `${systemsPath}/${id}`
export const systemIds = ({ systems = 1 }: Manner) =>
  Array.from({ length: systems }, (_, at) => (at === 0 ? '437XR1138R2' : `node-${at + 1}`))

export const resetsOf = ({ resets = allResets }: Manner) => resets

/** The resources as the ServiceRoot, ComputerSystem and ActionInfo schemas (DSP8010) have them, as far as a client of power needs them. */
export function resource(path: string, manner: Manner, stateOf: (id: string) => SystemState): unknown {
  if (path === '/redfish/v1' || path === '/redfish/v1/') return serviceRoot(manner)
  if (path === systemsPath) return systemCollection(manner)
  for (const id of systemIds(manner)) {
    if (path === systemPath(id)) return computerSystem(id, manner, stateOf(id))
    if (path === `${systemPath(id)}/ResetActionInfo`) return actionInfo(path, manner)
    if (path === `${systemPath(id)}/Settings` && manner.settings) return settings(path, manner, stateOf(id))
  }
  return undefined
}

const serviceRoot = ({ withoutSessions }: Manner) => ({
  '@odata.type': '#ServiceRoot.v1_16_1.ServiceRoot',
  '@odata.id': '/redfish/v1/',
  Id: 'RootService',
  Name: 'Root Service',
  RedfishVersion: '1.20.0',
  UUID: '92384634-2938-2342-8820-489239905423',
  Systems: { '@odata.id': systemsPath },
  Links: withoutSessions ? {} : { Sessions: { '@odata.id': sessionsPath } },
})

const systemCollection = (manner: Manner) => ({
  '@odata.type': '#ComputerSystemCollection.ComputerSystemCollection',
  '@odata.id': systemsPath,
  Name: 'Computer System Collection',
  'Members@odata.count': systemIds(manner).length,
  Members: systemIds(manner).map((id) => ({ '@odata.id': systemPath(id) })),
})

function computerSystem(id: string, manner: Manner, { power, boot }: SystemState) {
  const path = systemPath(id)
  return {
    '@odata.type': '#ComputerSystem.v1_22_0.ComputerSystem',
    '@odata.id': path,
    Id: id,
    Name: 'Web Front End node',
    SystemType: 'Physical',
    PowerState: power,
    Status: { State: 'Enabled', Health: 'OK' },
    Boot: {
      BootSourceOverrideEnabled: 'Disabled',
      BootSourceOverrideTarget: 'None',
      'BootSourceOverrideTarget@Redfish.AllowableValues': ['None', 'Pxe', 'Hdd', 'BiosSetup', 'UefiShell'],
      ...(manner.settings === 'boot' ? {} : boot),
    },
    ...(manner.settings && {
      '@Redfish.Settings': {
        '@odata.type': '#Settings.v1_3_5.Settings',
        SettingsObject: { '@odata.id': `${path}/Settings` },
      },
    }),
    Actions: {
      '#ComputerSystem.Reset': {
        target: `${path}/Actions/ComputerSystem.Reset`,
        ...(manner.actionInfo
          ? { '@Redfish.ActionInfo': `${path}/ResetActionInfo` }
          : { 'ResetType@Redfish.AllowableValues': resetsOf(manner) }),
      },
    },
  }
}

const actionInfo = (path: string, manner: Manner) => ({
  '@odata.type': '#ActionInfo.v1_4_2.ActionInfo',
  '@odata.id': path,
  Id: 'ResetActionInfo',
  Name: 'Reset Action Info',
  Parameters: [{ Name: 'ResetType', Required: true, DataType: 'String', AllowableValues: resetsOf(manner) }],
})

const settings = (path: string, manner: Manner, { boot }: SystemState) => ({
  '@odata.type': '#ComputerSystem.v1_22_0.ComputerSystem',
  '@odata.id': path,
  Id: 'Settings',
  Name: 'System Pending Settings',
  ...(manner.settings === 'boot' && {
    Boot: { BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideTarget: 'None', ...boot },
  }),
})
