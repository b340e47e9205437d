import express, { type Express, type Request, type Response } from 'express'
import { notFound } from '../base/errors.ts'
import { limits } from '../contract/limits.ts'
import { paths } from '../contract/routes.ts'
import { documents, isDocumentName } from '../provision/documents.ts'
import type { Provisions, Visit } from '../provision/provisions.ts'
import type { AddressReader } from './address.ts'
import { sendError } from './errors.ts'

export interface FirstBootParts {
  provisions: Provisions
  addressOf: AddressReader
  originFor(host: string): string
}

/**
 * What a machine asks for at its first boot. The token in the path is all it has and all it needs: no cookie counts here, so neither the
 * Host nor the Origin of a request matters, and machines may call the gateway what their network calls it.
 */
export function mountFirstBoot(app: Express, { provisions, addressOf, originFor }: FirstBootParts): void {
  const visitOf = (request: Request): Visit => ({
    token: String(request.params.token),
    address: addressOf(request),
    origin: originFor(hostOf(request)),
  })

  app.use('/provision', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })

  app.get(paths.provision, async (request, response) => {
    const name = String(request.params.document)
    if (!isDocumentName(name)) throw notFound()
    const text = await provisions.serve(visitOf(request), name)
    response.type(documents[name].type).send(text)
  })

  app.post(paths.provision, async (request, response) => {
    if (request.params.document !== 'phone-home') throw notFound()
    await provisions.phoneHome(visitOf(request), await readFields(request, response))
    response.status(204).end()
  })

  // Not the page, which answers every other path.
  app.all('/provision/{*rest}', (_request, response) => sendError(response, notFound()))
}

const parsers = [
  express.urlencoded({ extended: false, limit: limits.strangerRequestBytes, parameterLimit: 32 }),
  express.json({ limit: limits.strangerRequestBytes }),
]

/** A form, as cloud-init sends it, or JSON. */
async function readFields(request: Request, response: Response): Promise<Record<string, unknown>> {
  for (const parse of parsers) {
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
    })
  }
  const body: unknown = request.body
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {}
}

/** Only what may stand in an address: it goes into the documents. */
function hostOf({ headers: { host = '' } }: Request): string {
  return /^[A-Za-z0-9._:[\]-]{1,255}$/.test(host) ? host : 'localhost'
}
