// A user: whether and with which passwords it may log in, and its selectors. Connections hold on to this object, so its
// rules are replaced as a whole by `become` once a change has proved valid; `allowsEverything` is kept for the hot path.
import { type PubsubDefault, Selector } from './acl-selector.ts';

export class AclUser {
  readonly name: string;
  isEnabled = false;
  /** Any password is right. */
  needsNoPassword = false;
  /** SHA-256 in hexadecimal digits. */
  passwords: string[] = [];
  root: Selector;
  /** Those beside the root selector. */
  selectors: Selector[] = [];
  /** A selector denies nothing: no check is needed. */
  allowsEverything = false;

  constructor(name: string, commandCount: number, pubsubDefault: PubsubDefault) {
    this.name = name;
    this.root = new Selector(commandCount, pubsubDefault);
  }

  get allSelectors(): readonly Selector[] {
    return [this.root, ...this.selectors];
  }

  /** A copy to try changes on. */
  stage(): AclUser {
    const copy = new AclUser(this.name, 0, 'resetchannels');
    copy.become(this);
    return copy;
  }

  /** Takes over everything but the name. */
  become(other: AclUser): void {
    this.isEnabled = other.isEnabled;
    this.needsNoPassword = other.needsNoPassword;
    this.passwords = [...other.passwords];
    this.root = other.root.copy();
    this.selectors = other.selectors.map((selector) => selector.copy());
    this.allowsEverything = this.allSelectors.some((selector) => selector.allowsEverything);
  }

  /** `on` or `off`, and `nopass`. */
  get flags(): string[] {
    return [this.isEnabled ? 'on' : 'off', ...(this.needsNoPassword ? ['nopass'] : [])];
  }

  /** The rules that make this user, as ACL LIST, the ACL file and CONFIG REWRITE write them behind the name. */
  describe(): string {
    const words = [...this.flags, ...this.passwords.map((hash) => `#${hash}`), this.root.describe()];
    return [...words, ...this.selectors.map((selector) => `(${selector.describe()})`)].join(' ');
  }
}
