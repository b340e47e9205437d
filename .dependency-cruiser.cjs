// The house's rules for imports. test/unit/architecture.test.ts shows that each of them bites.

const { Visitor } = require('@swc/core/Visitor.js')

// The visitor that dependency-cruiser reads files with is older than `using`, and gives up on it.
const { visitStatement } = Visitor.prototype
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
  statement.decls = this.visitVariableDeclarators(statement.decls)
  return statement
}

// A folder of server/ imports only from folders before it.
const order = [
  'contract',
  'base',
  'store',
  'audit',
  'access',
  'keys',
  'devices',
  'console',
  'operator',
  'vault',
  'inject',
  'power',
  'recover',
  'provision',
  'door',
  'http',
]

// A foreign library is imported in one place: a file, or a folder (ends with a slash). `name/` stands for a whole scope.
const places = {
  '@mantine/': 'client/web/',
  '@noble/hashes': ['server/contract/public-key/fingerprint.ts', 'client/web/keys/generate/'],
  '@tabler/icons-react': 'client/web/',
  '@tanstack/react-query': 'client/web/',
  '@tanstack/react-router': 'client/web/',
  '@tanstack/react-virtual': 'client/web/devices/list.tsx',
  '@fontsource-variable/inter': 'client/web/theme/styles.ts',
  '@fontsource/jetbrains-mono': 'client/web/theme/styles.ts',
  '@vitejs/plugin-react': 'client/web/vite.config.ts',
  '@node-rs/crc32': 'server/console/history/',
  '@xterm/': ['client/web/console/terminal.ts', 'client/web/console/terminal/', 'server/console/screen/'],
  'asciinema-player': 'client/web/history/player.ts',
  'bcrypt-pbkdf': 'client/web/keys/generate/derive.ts',
  'better-sqlite3': 'server/store/',
  express: 'server/http/',
  helmet: 'server/http/',
  kysely: 'server/store/',
  'node-pty': 'server/console/pty-terminal.ts',
  pino: 'server/base/log.ts',
  'proxy-addr': 'server/http/address.ts',
  react: 'client/web/',
  'react-dom': 'client/web/',
  serialport: 'server/console/serial-port.ts',
  'smol-toml': 'server/config.ts',
  ssh2: 'server/console/ssh/',
  vite: ['client/web/vite.config.ts', 'server/vite.config.ts'],
  ws: 'server/http/',
  zod: ['server/contract/', 'server/config.ts', 'client/web/api/', 'client/web/main.ts'],
}

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const oneOf = (names) => `(?:${names.map(literal).join('|')})`
const library = (name) => `(?:^|/)node_modules/${literal(name)}${name.endsWith('/') ? '' : '(?:/|$)'}`
const place = (path) => `^${literal(path)}${path.endsWith('/') ? '' : '$'}`
const list = (value) => (Array.isArray(value) ? value : [value])

const folderOrder = order.map((folder, index) => ({
  name: `order-${folder}`,
  comment: `server/${folder}/ may import only from: ${order.slice(0, index).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^server/${folder}/` },
  to: { path: '^(?:server|client)/', pathNot: `^server/${oneOf(order.slice(0, index + 1))}/` },
}))

const onePlace = Object.entries(places).map(([name, paths]) => ({
  name: `library-${name}`,
  comment: `Only ${list(paths).join(' and ')} may import ${name}: what others need of it has a name of ours there`,
  severity: 'error',
  from: { path: '^(?:server|client)/', pathNot: list(paths).map(place) },
  to: { path: library(name) },
}))

module.exports = {
  forbidden: [
    ...folderOrder,
    ...onePlace,
    {
      name: 'library-without-place',
      comment: 'A new library needs its one place in .dependency-cruiser.cjs and a line in docs/DECISIONS.md',
      severity: 'error',
      from: { path: '^(?:server|client)/' },
      to: { path: '(?:^|/)node_modules/', pathNot: Object.keys(places).map(library) },
    },
    {
      name: 'folder-without-place',
      comment: 'A new folder of server/ needs its place in the order of .dependency-cruiser.cjs',
      severity: 'error',
      from: {},
      to: { path: `^server/(?!${oneOf(order)}/)[^/]+/` },
    },
    {
      name: 'main-is-last',
      comment:
        'server/main.ts, server/audit-verify.ts and server/rotate-master-key.ts are processes: importing one would start it',
      severity: 'error',
      from: {},
      to: { path: '^server/(?:main|audit-verify|rotate-master-key)\\.ts$' },
    },
    {
      name: 'contract-stands-alone',
      comment: 'server/contract/ is what both sides speak: zod, hashes and itself, no node:',
      severity: 'error',
      from: { path: '^server/contract/' },
      to: { pathNot: ['^server/contract/', library('zod'), library('@noble/hashes')] },
    },
    {
      name: 'client-speaks-contract',
      comment: 'client/ knows the server only by server/contract/',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^server/(?!contract/)' },
    },
    {
      name: 'server-knows-no-client',
      comment: 'server/ must run without client/, also app.ts and main.ts',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^client/' },
    },
    {
      name: 'web-and-cli-are-strangers',
      comment: 'The page and the command line share server/contract/ and nothing else',
      severity: 'error',
      from: { path: '^client/(web|cli)/' },
      to: { path: '^client/', pathNot: '^client/$1/' },
    },
    {
      name: 'page-without-node',
      comment: 'The page runs in a browser',
      severity: 'error',
      from: { path: '^client/web/', pathNot: '^client/web/vite\\.config\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'product-without-tests',
      comment: 'What ships does not import from tests or scripts',
      severity: 'error',
      from: { path: '^(?:server|client)/' },
      to: { path: '^(?:test|scripts)/' },
    },
    {
      name: 'server-without-dev-dependencies',
      comment: 'npm ci --omit=dev must leave a gateway that runs: move the package to dependencies',
      severity: 'error',
      from: { path: '^(?:server|client/cli)/', pathNot: '^server/vite\\.config\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one, or a third is missing',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-riddle',
      comment: 'This import leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no programming interface that dependency-cruiser could parse with.
    parser: 'swc',
    doNotFollow: { path: '(?:^|/)node_modules/' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'types', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
}
