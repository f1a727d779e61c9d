// What ps shows of the server: `proc-title-template`, filled in. The kernel keeps at most as many bytes as the command
// line had that started the process.
import type { ServerConfig } from '@valkeep/engine';

export interface TitleFacts {
  /** The program as it was started. */
  readonly command: string;
  readonly configFile: string | undefined;
}

/** Sets the title now and whenever its template or what it shows changes. */
export function followProcessTitle(config: ServerConfig, facts: TitleFacts): void {
  if (!config.boolean('set-proc-title')) return;
  const apply = (): undefined => {
    process.title = buildProcessTitle(config, facts);
  };
  config.onChange(['proc-title-template', 'port', 'bind'], apply);
  apply();
}

/** The template with its variables replaced, without blanks at the ends. `{{` stands for a brace. */
export function buildProcessTitle(config: ServerConfig, { command, configFile }: TitleFacts): string {
  const port = config.number('port');
  const unixSocket = config.text('unixsocket');
  const [address = '*'] = config.bind.value;
  const values: Readonly<Record<string, string>> = {
    title: command,
    'listen-addr': port === 0 ? `unixsocket:${unixSocket}` : `${address}:${port}`,
    'server-mode': '',
    'config-file': configFile ?? '-',
    port: String(port),
    'tls-port': '0',
    unixsocket: unixSocket,
  };
  const text = config.text('proc-title-template').replace(/\{\{|\{([^}]*)\}/g, (part, name: string | undefined) => {
    return part === '{{' ? '{' : (values[name ?? ''] ?? '');
  });
  return text.replace(/^ +| +$/g, '');
}
