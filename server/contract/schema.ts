/** The words for schemas: what one accepts is its input, what it makes of that its output. Others speak of them without zod. */
export type { input as Input, output as Output, ZodType as Schema } from 'zod'
