/** What is looked for. Times are as they were typed, so that `10 minutes ago` in a link means what it says. */
export interface Question {
  text: string
  regex: boolean
  matchCase: boolean
  since: string
  until: string
  projectId: string
}

export const noQuestion: Question = {
  text: '',
  regex: false,
  matchCase: false,
  since: '',
  until: '',
  projectId: '',
}

/**
 * A question in the fragment of an address. The fragment never leaves the browser: what somebody looks for may be a leaked
 * password, and queries are written into the logs of proxies.
 */
export function questionOf(fragment: string): Question {
  const given = new URLSearchParams(fragment.replace(/^#/, ''))
  return {
    text: given.get('q') ?? '',
    regex: given.get('regex') === '1',
    matchCase: given.get('case') === '1',
    since: given.get('since') ?? '',
    until: given.get('until') ?? '',
    projectId: given.get('project') ?? '',
  }
}

export function fragmentOf({ text, regex, matchCase, since, until, projectId }: Question): string {
  const given = Object.entries({
    q: text,
    regex: regex ? '1' : '',
    case: matchCase ? '1' : '',
    since,
    until,
    project: projectId,
  }).filter(([, value]) => value !== '')
  return text === '' ? '' : new URLSearchParams(given).toString()
}
