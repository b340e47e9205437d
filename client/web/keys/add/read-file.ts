/** Larger than any key file by far; what is larger is a mistake. */
const most = 256 * 1024

export type ReadFile = { ok: true; bytes: Uint8Array } | { ok: false; why: string }

/** The bytes of a dropped file. */
export async function readFile(file: File): Promise<ReadFile> {
  if (file.size > most)
    return { ok: false, why: `${file.name} is larger than any key file. It was not read.` }
  try {
    return { ok: true, bytes: new Uint8Array(await file.arrayBuffer()) }
  } catch {
    return { ok: false, why: `${file.name} could not be read. Is it a file, and still there?` }
  }
}
