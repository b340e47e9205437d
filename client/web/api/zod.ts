import { z } from 'zod'

// zod compiles its checks with `new Function` where it can. The content security policy forbids that, and the browser
// would report each try; this must run before the first schema is used.
z.config({ jitless: true })
