/**
 * `node:http` by another door than `import`, which asks each of its exports for its value and so loads undici for its WebSocket: 65 ms
 * of a start and 3 MB that nobody uses.
 */
export const { createServer, request } = process.getBuiltinModule('node:http')
