import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { Failure, toFailure } from './failure.ts'

/** The cache of answers. Every failure of any call passes `onFailure` once, whatever else is done with it. */
export function createClient(onFailure: (failure: Failure) => void): QueryClient {
  const tell = (error: unknown) => onFailure(toFailure(error))
  return new QueryClient({
    queryCache: new QueryCache({ onError: tell }),
    mutationCache: new MutationCache({ onError: tell }),
    defaultOptions: {
      queries: {
        // A refusal stays one when asked again; silence may be a restart.
        retry: (failures, error) => error instanceof Failure && error.code === 'unreachable' && failures < 2,
        retryDelay: 1000,
        staleTime: 1000,
        // A browser that thinks it is offline is often wrong about the network a gateway is in.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}
