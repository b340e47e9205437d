import type { z } from 'zod'
import { type fileQuery, type SentFile, sentFile } from '../../../server/contract/jobs.ts'
import { fillPath, paths } from '../../../server/contract/routes.ts'
import { parseJson } from './call.ts'
import { failureOf, unreachable, unreadable } from './failure.ts'

/** Has the gateway type a file into a device. Answers when that has begun. Throws `Failure`, and nothing else. */
export async function sendFile(id: string, file: File, query: z.input<typeof fileQuery>): Promise<SentFile> {
  const { path, mode = '644', overwrite } = query
  const search = new URLSearchParams({ path, mode, ...(overwrite && { overwrite }) })
  const url = `${fillPath(paths.files, { id })}?${search}`
  const answer = await fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  }).catch((error: unknown) => Promise.reject(unreachable(error)))
  const content = parseJson(await answer.text())
  if (!answer.ok) throw failureOf(answer.status, content)
  const read = sentFile.safeParse(content)
  if (!read.success) throw unreadable(answer.status, read.error)
  return read.data
}
