// The texts of LATENCY GRAPH and LATENCY DOCTOR, for people.
import type { LatencyEvent, LatencySample } from '../session/latency-monitor.ts';

const COLUMNS = 80;
const ROWS = 4;
/** Characters of one row, from low to high. */
const STROKES = '_o#';
const FULL = '|';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bars of the samples, oldest first, with their age below in letters from top to bottom. */
export function latencyGraph(event: LatencyEvent, nowSeconds: number): string {
  const values = event.samples.map((sample) => sample.milliseconds);
  const high = Math.max(...values);
  const low = Math.min(...values);
  const lines = [
    `${event.name} - high ${high} ms, low ${low} ms (all time high ${event.worst} ms)`,
    '-'.repeat(COLUMNS),
  ];
  for (let from = 0; from < event.samples.length; from += COLUMNS) {
    if (from > 0) lines.push('');
    lines.push(...bars(event.samples.slice(from, from + COLUMNS), low, high, nowSeconds));
  }
  return `${lines.join('\n')}\n`;
}

function bars(samples: readonly LatencySample[], low: number, high: number, nowSeconds: number): string[] {
  const steps = ROWS * STROKES.length;
  const range = high === low ? 1 : high - low;
  const heights = samples.map(({ milliseconds }) => {
    return Math.min(steps - 1, Math.floor(((milliseconds - low) * steps) / range));
  });
  const lines: string[] = [];
  for (let row = ROWS - 1; row >= 0; row--) {
    lines.push(heights.map((height) => strokeAt(height - row * STROKES.length)).join(''));
  }
  const ages = samples.map(({ time }) => age(nowSeconds - time));
  const depth = Math.max(...ages.map((text) => text.length));
  lines.push(' '.repeat(samples.length));
  for (let i = 0; i < depth; i++) lines.push(ages.map((text) => text[i] ?? ' ').join(''));
  return lines;
}

function strokeAt(height: number): string {
  if (height < 0) return ' ';
  return STROKES[height] ?? FULL;
}

function age(seconds: number): string {
  if (seconds < MINUTE) return `${seconds}s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  return seconds < DAY ? `${Math.floor(seconds / HOUR)}h` : `${Math.floor(seconds / DAY)}d`;
}

/** What to do about events of a kind; the first words of its name decide. */
const ADVICE: readonly (readonly [string, string])[] = [
  [
    'command',
    'Look into SLOWLOG for the commands that take long, and split large values that are read or deleted whole.',
  ],
  ['fast-command', 'Fast commands were slow: the machine does not give the server enough time of a processor.'],
  ['aof', 'The append-only file waits for the disk: use a local and quick one, or a weaker appendfsync.'],
  ['rdb', 'Saving waits for the disk: use a local and quick one.'],
  ['expire', 'Many keys, or large values, expire at once: spread their deadlines.'],
  ['eviction', 'Memory is full and eviction is at work: give the server more memory, or write smaller values.'],
];

export function latencyReport(events: readonly LatencyEvent[], isOn: boolean, nowSeconds: number): string {
  if (events.length === 0) {
    if (isOn) return 'No event was slower than the threshold so far.\n';
    return (
      'Latency monitoring is disabled in this server. Use "CONFIG SET latency-monitor-threshold <milliseconds>" to ' +
      'enable it.\n'
    );
  }
  const lines = ['These events were slow:', ''];
  events.forEach((event, i) => {
    lines.push(`${i + 1}. ${event.name}: ${summary(event, nowSeconds)}`);
  });
  const advice = ADVICE.filter(([prefix]) => events.some(({ name }) => name.startsWith(prefix)));
  if (advice.length > 0) lines.push('', 'What may help:', '', ...advice.map(([, text]) => `- ${text}`));
  return `${lines.join('\n')}\n`;
}

function summary({ samples, worst }: LatencyEvent, nowSeconds: number): string {
  const count = samples.length;
  const average = samples.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / count;
  const deviation = samples.reduce((sum, { milliseconds }) => sum + Math.abs(milliseconds - average), 0) / count;
  const period = Math.max(1, nowSeconds - samples[0].time) / count;
  return (
    `${count} spikes (average ${Math.floor(average)}ms, mean deviation ${Math.floor(deviation)}ms, one in ` +
    `${period.toFixed(2)} sec). Worst of all times ${worst}ms.`
  );
}
