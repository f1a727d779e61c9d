// The text of an ACL file: `user name rules` a line, nothing else. Reading collects all errors in one sentence, as ACL
// LOAD and the start of the server report them; a file with an error changes nothing.
import { ruleProblemText } from './acl-error.ts';
import type { AclUser } from './acl-user.ts';
import { type AclUsers, isUserName } from './acl-users.ts';
import { applyUserRule, mergeSelectorRules } from './user-rules.ts';

export const NO_ACL_FILE =
  'ERR This instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command ' +
  'and then issue a CONFIG REWRITE (assuming you have a configuration file set) in order to store users in the ' +
  'configuration.';
export const ACL_SAVE_FAILED =
  'ERR There was an error trying to save the ACLs. Please check the server logs for more information';
const NOTHING_CHANGED = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed';

export type LoadedUsers = { readonly users: ReadonlyMap<string, AclUser> } | { readonly errors: string };

/** What ACL SAVE writes. */
export function aclFileText(users: AclUsers): string {
  return users
    .lines()
    .map((line) => `user ${line}\n`)
    .join('');
}

/** The users of a file, for `AclUsers.replaceWith`, or the sentence about its errors. `path` only appears in it. */
export function parseAclFile(users: AclUsers, path: string, text: string): LoadedUsers {
  const found = new Map<string, AclUser>();
  let errors = '';
  text.split('\n').forEach((line, index) => {
    const words = trim(line).split(' ');
    if (words[0] === '' && words.length === 1) return;
    errors += parseLine(users, found, words, `${path}:${index + 1}`, index + 1);
  });
  return errors === '' ? { users: found } : { errors: errors + NOTHING_CHANGED };
}

/** Why a file that cannot be read gives no users; `reason` as the system words it. */
export function unreadableAclFile(path: string, reason: string): string {
  return `Error loading ACLs, opening file '${path}': ${reason}`;
}

/** Adds the user of one line to `found`; gives the errors of the line, each ended by a blank. */
function parseLine(
  users: AclUsers,
  found: Map<string, AclUser>,
  words: readonly string[],
  place: string,
  lineNumber: number,
): string {
  if (words[0] !== 'user' || words.length < 2) {
    return `${place} should start with user keyword followed by the username. `;
  }
  const name = words[1];
  if (!isUserName(name)) return `'${place}: username '${name}' contains invalid characters. `;
  if (found.has(name)) return `WARNING: Duplicate user '${name}' found on line ${lineNumber}. `;
  const user = users.makeUser(name);
  found.set(name, user);
  const parts = mergeSelectorRules(words.slice(2));
  if ('open' in parts) return `${place}: Unmatched parenthesis in selector definition.`;
  return applyLine(users, user, parts.merged, place);
}

/** All unknown commands are reported, of other errors only the first: it may be the cause of those that follow. */
function applyLine(users: AclUsers, user: AclUser, rules: readonly string[], place: string): string {
  const staged = user.stage();
  let errors = '';
  let hasOther = false;
  for (const padded of rules) {
    const rule = padded.replace(/^[\t\r\n]+|[\t\r\n]+$/g, '');
    const problem = applyUserRule(users.context, staged, rule);
    if (problem === undefined) continue;
    const reason = ruleProblemText(problem);
    if (problem === 'unknown-command') {
      errors += `${place}: Error in applying operation '${rule}': ${reason}. `;
    } else if (!hasOther) {
      errors += `${place}: ${reason}. `;
      hasOther = true;
    }
  }
  user.become(staged);
  return errors;
}

function trim(line: string): string {
  return line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
