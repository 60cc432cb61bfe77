/** What keys are for. */

/** What a key may do: ask, change what is recommended, run the server; none holds another. */
export const scopes = ['read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];
