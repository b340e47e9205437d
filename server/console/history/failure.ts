import { systemCode } from '../../base/errors.ts'

const goesOn = 'The console goes on live, and recording resumes by itself.'

/** Why history cannot be written, for the people who look at the console. */
export function recordingFailure(error: unknown, folder: string): string {
  switch (systemCode(error)) {
    case 'ENOSPC':
      return `The disk that holds ${folder} is full. Free some space there. ${goesOn}`
    case 'EDQUOT':
      return `The gateway's user has used up its quota on the disk that holds ${folder}. Free some space there. ${goesOn}`
    case 'EROFS':
      return `The file system that holds ${folder} is read-only. ${goesOn}`
    case 'EACCES':
    case 'EPERM':
      return `The gateway's user may not write to ${folder}. Give it the folder back. ${goesOn}`
    case 'EMFILE':
    case 'ENFILE':
      return `Too many files are open to write to ${folder}. Raise the limit of open files (ulimit -n). ${goesOn}`
    case 'ENOENT':
      return `${folder} has been removed. ${goesOn}`
    case 'EIO':
      return `The disk that holds ${folder} reports errors. ${goesOn}`
    default:
      return `Nothing can be written to ${folder}: ${error instanceof Error ? error.message : 'unknown failure'}. ${goesOn}`
  }
}
