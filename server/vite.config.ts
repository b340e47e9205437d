import { relative } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const built = `${import.meta.dirname}/../dist/gateway`

/**
 * The gateway's main thread as one file, dist/gateway/main.js: finding and loading each of its modules by itself is most of a start.
 * Other threads, and programs that run for a moment, run from their sources.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [findingBySource()],
  // Libraries of many small modules. Others stay where they are: native ones must, and CommonJS is quickly loaded.
  ssr: { noExternal: ['@noble/hashes', 'kysely', 'smol-toml', 'zod'] },
  build: {
    ssr: 'main.ts',
    outDir: built,
    emptyOutDir: true,
    target: 'node24',
    // A stack is to be read by a person.
    minify: false,
  },
})

/** A module finds what lies beside it (programs for devices, sources of other threads) where its own source lies. */
function findingBySource(): Plugin {
  return {
    name: 'finding-by-source',
    transform(code, id) {
      if (/import\.meta\.(?!url\b)/.test(code))
        this.error('Only import.meta.url is found where the source lies.')
      const place = JSON.stringify(relative(built, id))
      return code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`)
    },
  }
}
