// Why a rule was refused, and the sentences that clients and logs get for it. The texts are protocol.

export type RuleProblem =
  | 'unknown-command'
  | 'syntax'
  | 'pattern-after-allkeys'
  | 'channel-after-allchannels'
  | 'no-such-password'
  | 'bad-hash'
  | 'duplicate-user'
  | 'first-argument-of-subcommand'
  | 'database-out-of-range'
  | 'other';

const TEXTS: Readonly<Record<RuleProblem, string>> = {
  'unknown-command': 'Unknown command or category name in ACL',
  syntax: 'Syntax error',
  'pattern-after-allkeys':
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try " +
    "'resetkeys' to start with an empty list of patterns",
  'channel-after-allchannels':
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try " +
    "'resetchannels' to start with an empty list of channels",
  'no-such-password': 'The password you are trying to remove from the user does not exist',
  'bad-hash': 'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters',
  'duplicate-user': 'Duplicate user found. A user can only be defined once in config files',
  'first-argument-of-subcommand': 'Allowing first-arg of a subcommand is not supported',
  'database-out-of-range': 'The provided database ID is out of range',
  other: 'Wrong format',
};

export function ruleProblemText(problem: RuleProblem): string {
  return TEXTS[problem];
}

/** The part of a binary string before its first NUL: words of rules end there, as they do for the original. */
export function upToNul(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** Lower case of ASCII letters only; other bytes of a binary string stay as they are. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
