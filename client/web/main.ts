import { z } from 'zod'

// zod compiles its checks with `new Function` where it can. The content security policy forbids that, and the browser would report each
// try. This must be known before the first schema is made, hence the page comes by an import of its own.
z.config({ jitless: true })

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')
const { start } = await import('./start.tsx')
start(root)
