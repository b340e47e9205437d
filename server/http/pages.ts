import { join } from 'node:path'
import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'

/** The playback page: its player's terminal is WebAssembly. */
const playback = /^\/devices\/[^/]+\/playback$/

/**
 * What a browser may do with our pages: only our own scripts, only our own origin. Styles may be inline since Mantine and xterm set
 * sizes and colours of elements that way; a style cannot run anything.
 */
export function securityHeaders(https: boolean): RequestHandler {
  const usual = headers(https, ["'self'"])
  // Allows to compile WebAssembly, and nothing else: neither eval nor a script in a page (CSP 3 section 6.1.10).
  const withPlayer = headers(https, ["'self'", "'wasm-unsafe-eval'"])
  return (request, response, next) => {
    const chosen = playback.test(request.path) ? withPlayer : usual
    chosen(request, response, next)
  }
}

function headers(https: boolean, scriptSrc: string[]): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc,
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
  })
}

const year = 31_536_000_000

/** The built web client. Files under assets/ carry a hash in their name; every path of the client's own is its index page. */
export function mountPages(app: Express, root: string): void {
  app.use('/assets', express.static(join(root, 'assets'), { immutable: true, maxAge: year, index: false }))
  app.use('/assets', (_request, response) => {
    response.status(404).type('text').send('There is no such file.')
  })
  app.use(express.static(root, { index: false, maxAge: 0 }))
  app.get('/{*path}', (_request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    response.sendFile(join(root, 'index.html'))
  })
}
