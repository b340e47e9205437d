import { Checkbox, PasswordInput, Radio, Stack, Text } from '@mantine/core'
import type { PushValues } from './values.ts'

type Given = Pick<PushValues, 'from' | 'password' | 'keep'>

interface Props extends Given {
  /** Who logs in. */
  user: string
  /** The vault keeps passwords of root. */
  vault: boolean
  /** The person may set root's password in the vault. */
  mayKeep: boolean
  /** It is tried on several servers. */
  several: boolean
  error: string | undefined
  onChange: (given: Partial<Given>) => void
}

const agentWords =
  'The key stays on your machine. The push waits while you run a command there, which it shows.'

/** Where the password of the login comes from. */
export function PasswordField({
  from,
  password,
  keep,
  user,
  vault,
  mayKeep,
  several,
  error,
  onChange,
}: Props) {
  const choose = (value: string) => onChange({ from: value as Given['from'], password: '', keep: false })
  return (
    <Stack gap="xs">
      <Radio.Group label={`Password of ${user}`} value={from} onChange={choose}>
        <Stack gap={8} mt={4}>
          <Radio value="given" label={mayKeep ? 'Type it now' : 'Type it now. It is kept nowhere'} />
          {vault && <Radio value="vault" label="Use the root password Lifeline keeps. It is not shown" />}
          <Radio value="agent" label="None: log in over SSH with a key of my ssh agent" />
          <Radio value="nowhere" label="None: somebody is logged in on the console, or none is asked for" />
        </Stack>
      </Radio.Group>
      {from === 'agent' && (
        <Text size="sm" c={error ? 'red' : 'dimmed'}>
          {error ?? agentWords}
        </Text>
      )}
      {from === 'given' && (
        <PasswordInput
          aria-label={`Password of ${user}`}
          autoComplete="off"
          value={password}
          error={error}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
        />
      )}
      {from === 'given' && mayKeep && (
        <Checkbox
          label={`Keep it as ${several ? 'these servers’' : 'this server’s'} root password for up to 24 hours`}
          description={several ? 'Of each server that it has opened' : 'Once it has opened the server'}
          checked={keep}
          onChange={(event) => onChange({ keep: event.currentTarget.checked })}
        />
      )}
    </Stack>
  )
}
