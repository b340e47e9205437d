import { LinkError } from '../console/transport.ts'

/** What the far end cannot do, or was not set up for. */
export const notSupported = (message: string): LinkError => new LinkError({ code: 'not-supported', message })
