// A difference as text that can be typed into valkey-cli.
import type { ShrunkEpisode } from './shrink-steps.ts';
import type { Step } from './steps.ts';

const SHOWN_CHARS_MAX = 600;

export function formatDifference({ episode, difference, repeatable }: ShrunkEpisode, seed: number): string {
  const steps = repeatable ? episode.steps : episode.steps.slice(0, difference.step + 1);
  const note = repeatable ? '' : ' (it did not come again when the steps were repeated)';
  return [
    `DIFFERENCE in ${difference.kind}, RESP${episode.protocol}, episode seed ${seed}${note}`,
    ...steps.map((step) => `  ${formatStep(step)}`),
    `  at:        ${difference.command.map(quote).join(' ')}`,
    `  ours:      ${printable(difference.ours)}`,
    `  reference: ${printable(difference.reference)}`,
  ].join('\n');
}

function formatStep(step: Step): string {
  switch (step.kind) {
    case 'command':
      return `${step.connection}> ${step.args.map(quote).join(' ')}`;
    case 'walk':
      return `walk ${step.args.map(quote).join(' ')}`;
    case 'exchange':
      return `RESTORE ${quote(step.target)} 0 <the other server's DUMP ${quote(step.source)}> REPLACE`;
    case 'block':
      return `blocked: ${step.waiter.map(quote).join(' ')}  <-  ${step.feeder.map(quote).join(' ')}`;
    case 'frames':
      return `bytes ${JSON.stringify(step.bytes)}`;
    case 'wait':
      return `wait ${step.ms} ms`;
  }
}

function quote(word: string): string {
  if (/^[\w:.*+$><=~#@%^&,()[\]{}/?!-]+$/.test(word)) return word;
  const escaped = word.replace(/[^ -~]|["\\]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

function printable(text: string): string {
  const shown = text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}...` : text;
  return shown
    .replace(/\r\n/g, '\\r\\n')
    .replace(/[^ -~\n]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
