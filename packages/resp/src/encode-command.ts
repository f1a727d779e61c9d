// Commands as clients send them: an array of bulk strings, whatever the protocol version.
import { assert } from '@valkeep/base';

/** Strings are binary strings: one byte per character. Other text must be encoded by the caller. */
export type CommandArgument = string | Uint8Array | number | bigint;

/** Arguments of this size and above are not copied through a string. */
const LARGE_ARGUMENT_BYTES = 65_536;

/** Encodes one command. Throws an AssertionError when a string has a character that is not a byte. */
export function encodeCommand(args: readonly CommandArgument[]): Buffer {
  return encodePipeline([args]);
}

/** Encodes many commands into one buffer, to be written at once. */
export function encodePipeline(commands: Iterable<readonly CommandArgument[]>): Buffer {
  const parts: Buffer[] = [];
  let text = '';
  for (const args of commands) {
    text += `*${args.length}\r\n`;
    for (const arg of args) {
      if (typeof arg === 'object' && arg.byteLength >= LARGE_ARGUMENT_BYTES) {
        parts.push(
          encodeText(`${text}$${arg.byteLength}\r\n`),
          Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength),
        );
        text = '\r\n';
      } else {
        const bytes = toBinaryString(arg);
        text += `$${bytes.length}\r\n${bytes}\r\n`;
      }
    }
  }
  const last = encodeText(text);
  return parts.length === 0 ? last : Buffer.concat([...parts, last]);
}

function toBinaryString(arg: CommandArgument): string {
  if (typeof arg === 'string') return arg;
  if (typeof arg !== 'object') return String(arg);
  return Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength).toString('latin1');
}

function encodeText(text: string): Buffer {
  assert(!hasWideCharacter(text), 'a command argument has a character that is not a byte: pass a Buffer instead');
  return Buffer.from(text, 'latin1');
}

function hasWideCharacter(text: string): boolean {
  return /[^\0-\xff]/.test(text);
}
