// What the server says of itself. Clients decide by the Valkey version what they may use.

/** The version of Valkey whose behaviour this engine has. */
export const VALKEY_VERSION = '9.1.2';
/** The version of Redis that Valkey says it is compatible with. */
export const REDIS_VERSION = '7.2.4';
/** Our own version. */
export const ENGINE_VERSION = '0.1.0';
