import { AppError } from '../base/errors.ts'
import { limits } from '../contract/limits.ts'

/** A forge answers in a second; whoever waits for it holds nothing here. */
const withinMs = 10_000
const mostRedirects = 3

/**
 * The text at an https address of one of these origins, at most limits.importBytes of it. It goes nowhere else: not to another
 * origin by a redirect, not with anybody's credentials. @throws AppError `bad-request` for the address, `import-failed` for the rest.
 */
export async function fetchText(url: string, origins: readonly string[]): Promise<string> {
  const signal = AbortSignal.timeout(withinMs)
  let target = allowedUrl(url, origins)
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await request(target, signal)
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return textOf(response, target)
    await response.body?.cancel()
    target = sameOrigin(location, target)
  }
  throw failed(target, 'sends from one address to the next')
}

/** @throws AppError `bad-request` unless it is https, at one of the origins, and without credentials. */
function allowedUrl(text: string, origins: readonly string[]): URL {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:') throw mistake('must be an address that begins with https://')
  if (url.username !== '' || url.password !== '') throw mistake('must not have a user name or password in it')
  if (!origins.includes(url.origin)) {
    throw mistake(
      `is at ${url.origin}, where this gateway does not fetch keys. It does at ${origins.join(', ') || 'no address'} ` +
        '(keys.import_origins); or open it yourself and paste the keys',
    )
  }
  url.hash = ''
  return url
}

async function request(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal, headers: { Accept: 'text/plain, */*;q=0.1' } })
  } catch (error) {
    throw failed(url, 'did not answer', error)
  }
}

function sameOrigin(location: string, from: URL): URL {
  const url = URL.parse(location, from)
  if (url?.origin === from.origin && url.username === '' && url.password === '') return url
  throw failed(from, 'sends elsewhere, which is not followed')
}

async function textOf(response: Response, url: URL): Promise<string> {
  if (response.status !== 200) {
    await response.body?.cancel()
    throw failed(url, `answered ${response.status}: is the name right?`)
  }
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of response.body ?? []) {
      pieces.push(piece)
      length += piece.length
      if (length > limits.importBytes) break
    }
  } catch (error) {
    throw failed(url, 'broke off in the middle', error)
  }
  if (length > limits.importBytes) throw failed(url, `has more than ${limits.importBytes} bytes`)
  return Buffer.concat(pieces).toString('utf8')
}

function mistake(message: string): AppError {
  return new AppError('bad-request', `The keys were not fetched. url: ${message}`, {
    mistakes: [{ path: ['url'], message }],
  })
}

function failed({ origin }: URL, why: string, cause?: unknown): AppError {
  return new AppError('import-failed', `${origin} ${why}. Nothing was fetched.`, { cause })
}
