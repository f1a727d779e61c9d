// What a server can answer, as data: one shape per type of RESP2 and RESP3. Strings are binary strings (one character per
// byte), so nothing is lost whatever the bytes mean. Numbers keep the text they came in: a comparison of two servers is
// about what was sent, not about what it is worth.

/** One decoded value. */
export type RespValue =
  | { readonly kind: 'simple'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'bulk-error'; readonly text: string }
  | { readonly kind: 'integer'; readonly text: string }
  | { readonly kind: 'bulk'; readonly text: string }
  | { readonly kind: 'verbatim'; readonly format: string; readonly text: string }
  /** `form` is the type byte of the null: `$` and `*` in RESP2, `_` in RESP3. */
  | { readonly kind: 'null'; readonly form: '$' | '*' | '_' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'double'; readonly text: string }
  | { readonly kind: 'big-number'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly RespValue[] }
  | { readonly kind: 'set'; readonly items: readonly RespValue[] }
  | { readonly kind: 'push'; readonly items: readonly RespValue[] }
  /** Keys and values alternate, in the order in which they came. */
  | { readonly kind: 'map'; readonly items: readonly RespValue[] }
  /** A value with the attributes that were sent before it; keys and values alternate. */
  | { readonly kind: 'attributed'; readonly attributes: readonly RespValue[]; readonly value: RespValue };

/** A whole reply or push message. */
export interface RespFrame {
  readonly value: RespValue;
  /** The bytes as they came, when the parser was told to keep them; empty otherwise. */
  readonly bytes: Buffer;
}

/** The bytes break the protocol; the connection cannot be used any further. */
export class RespProtocolError extends Error {
  override readonly name = 'RespProtocolError';
}
