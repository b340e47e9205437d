/** Limits that both sides know. Configurable ones are the defaults. */
export const limits = {
  /** One WebSocket frame from a viewer, bytes. A paste is cut into frames of at most this size by the client. */
  inputFrameBytes: 16 * 1024,
  /** One binary frame to a viewer, bytes: a browser shows nothing of it before all of it is there, so that on a slow line it must not be long. */
  outputFrameBytes: 64 * 1024,
  /** One to a viewer that reads more than 20 MB in a second: each costs the same, however long. */
  fastFrameBytes: 256 * 1024,
  /** Unacknowledged bytes a viewer may have in flight at least. */
  creditBytes: 1024 * 1024,
  /** And at most: a viewer gets what it reads in `creditMs`, so that a fast one is kept busy and at a slow one nothing queues for long. */
  mostCreditBytes: 4 * 1024 * 1024,
  creditMs: 100,
  /** A viewer acknowledges at least with the frame with which it has parsed this much. */
  ackEveryBytes: 256 * 1024,
  /** Without an answer from the writer, who asks gets the lock after this time. */
  autoGrantMs: 30_000,
  viewersPerConsole: 64,
  /** Of one user at one console, so that nobody alone takes every seat. */
  viewersPerUser: 16,
  consolesPerUser: 32,
  /** Consoles side by side on one page. Two such walls fit into what one user may have open. */
  wallTiles: 16,
  /** Pages of one user that follow the list of devices. */
  listsPerUser: 32,
  /** Typed bytes per second and viewer, as a sustained rate; the burst is the same amount. */
  inputBytesPerSecond: 64 * 1024,
  /** One paste, bytes. At 115200 baud it takes six seconds. */
  pasteBytes: 64 * 1024,
  /** One file sent over a console, bytes. */
  fileBytes: 256 * 1024,
  /** Slice of history a newcomer gets, bytes. */
  attachTailBytes: 64 * 1024,
  /** One answer of the history route, bytes. */
  historyReadBytes: 1024 * 1024,
  /** Parts of a time line: about one for each few pixels. */
  overviewBuckets: 500,
  /** Gaps that one overview lists. */
  overviewGaps: 500,
  /** Matches in one answer of a search. */
  searchMatches: 1000,
  searchContextLines: 10,
  searchTextMaxLength: 200,
  /** Body of one API request, bytes. */
  requestBytes: 256 * 1024,
  /** The same from somebody who is not signed in: an e-mail and a password. */
  strangerRequestBytes: 16 * 1024,
  /** A key as it is pasted, characters: every private key there is fits in, so that it is told as what it is. */
  keyTextLength: 64 * 1024,
  /** Keys of one user or one project. */
  keysPerOwner: 10_000,
  /** Keys in one choice of those that a device hands out. */
  keyChoices: 1000,
  /** Devices that one new key may be chosen for. */
  keyDevices: 1000,
  /** Tags of one device. */
  deviceTags: 20,
  /** Devices of one push, and keys for each of them. */
  pushDevices: 1000,
  pushKeys: 500,
  /** Tags that one push names. */
  pushTags: 50,
  /** Pushes of one user that are under way or wait. */
  pushesPerUser: 50,
  /** How long what a push has done is kept. */
  pushDays: 90,
  /** Devices named of those that have a key: as many as one push can take it off. */
  keyPlaces: 1000,
  strangerKeys: 200,
  /** Answer to the import of keys from an address, bytes, and the keys that are read of it. */
  importBytes: 64 * 1024,
  importKeys: 100,
  passwordMinLength: 12,
  passwordMaxLength: 1024,
  /** Devices whose power is looked at in one request. */
  powerGlances: 500,
  /** For how long a root password can be revealed at most, and where the project wants no fewer. */
  passwordHoursMax: 24,
  nameMaxLength: 64,
  textMaxLength: 500,
  reasonMaxLength: 200,
  pageSize: 100,
  /** How long the address of a provisioning may be good. */
  provisionHours: 14 * 24,
  /** A `network-config` of one's own, characters. */
  networkConfigLength: 16 * 1024,
} as const
