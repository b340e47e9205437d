import { AppError, notFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Secret } from '../base/secret.ts'
import type { Token } from '../contract/access.ts'
import type { TokensTable } from '../store/schema.ts'
import { actorOf } from './actor.ts'
import { demandOwnPassword, demandSession, type Principal } from './can.ts'
import type { Context } from './context.ts'
import { newToken } from './credentials.ts'

/** One's own API tokens. Only a session may see, make or revoke them, not a token. */
export interface OwnTokens {
  /** Also expired ones, for the 30 days until they are removed. */
  tokens(principal: Principal): Promise<Token[]>
  /** The one answer that holds the token's secret. */
  createToken(
    principal: Principal,
    input: { name: string; expiresInDays: number },
  ): Promise<Token & { secret: Secret }>
  revokeToken(principal: Principal, tokenId: string): Promise<void>
}

const mostTokens = 100

export function createOwnTokens({ read, change, clock }: Context): OwnTokens {
  return {
    async tokens(principal) {
      demandOwnTokens(principal)
      return (await read.tokens.ofUser(principal.userId)).map(toToken)
    },

    async createToken(principal, { name, expiresInDays }) {
      demandOwnTokens(principal)
      const { secret, hash } = newToken()
      const createdAt = clock.now()
      const expiresAt = createdAt + expiresInDays * 86_400_000
      const { userId } = principal
      const row = { id: newId('tok'), hash, userId, name, createdAt, expiresAt, lastUsedAt: null }
      await change(async ({ tokens, record }) => {
        if ((await tokens.ofUser(userId)).length >= mostTokens) {
          throw new AppError(
            'bad-request',
            `You have ${mostTokens} tokens, which is the most. Revoke one that is no longer used.`,
          )
        }
        await tokens.add(row)
        await record({
          action: 'token.created',
          by: actorOf(principal),
          target: name,
          detail: { expiresInDays },
        })
      })
      return { ...toToken(row), secret }
    },

    async revokeToken(principal, tokenId) {
      demandOwnTokens(principal)
      await change(async ({ tokens, record, revoke }) => {
        const token = await tokens.find({ id: tokenId })
        if (token?.userId !== principal.userId) throw notFound()
        await tokens.remove(tokenId)
        await record({ action: 'token.revoked', by: actorOf(principal), target: token.name })
        revoke(principal.userId)
      })
    },
  }
}

function demandOwnTokens(principal: Principal): void {
  demandSession(principal)
  demandOwnPassword(principal)
}

function toToken({ id, name, createdAt, expiresAt, lastUsedAt }: TokensTable): Token {
  return { id, name, createdAt, expiresAt, lastUsedAt }
}
