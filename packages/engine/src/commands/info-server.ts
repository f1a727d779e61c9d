// INFO's sections about the program: server, TLS, modules, scripting engines.
import { machine, release, type } from 'node:os';
import { ENGINE_VERSION, REDIS_VERSION, VALKEY_VERSION } from '../config/version.ts';
import type { InfoField, InfoSection } from './info-section.ts';
import type { Services } from './services.ts';

const DAY_SECONDS = 24 * 3600;
const LRU_CLOCK_MASK = 0xffffff;

export const serverSection: InfoSection = {
  names: ['server'],
  title: 'Server',
  isDefault: true,
  fields: (services) => [...versionFields(services), ...processFields(services), ...listenerFields(services)],
};

function versionFields({ config }: Services): InfoField[] {
  return [
    ['redis_version', REDIS_VERSION],
    ['server_name', 'valkey'],
    ['valkey_version', VALKEY_VERSION],
    ['valkey_release_stage', 'ga'],
    ['valkeep_version', ENGINE_VERSION],
    ['redis_git_sha1', '00000000'],
    ['redis_git_dirty', 0],
    ['redis_build_id', '0'],
    [config.boolean('extended-redis-compatibility') ? 'redis_mode' : 'server_mode', 'standalone'],
    ['os', `${type()} ${release()} ${machine()}`],
    ['arch_bits', 64],
    ['monotonic_clock', 'POSIX clock_gettime'],
    ['multiplexing_api', 'epoll'],
    ['gcc_version', '0.0.0'],
  ];
}

function processFields({ config, identity, clock, statistics }: Services): InfoField[] {
  const uptime = Math.floor((clock.nowMs - statistics.startedMs) / 1000);
  const hz = config.number('hz');
  return [
    ['process_id', process.pid],
    ['process_supervised', 'no'],
    ['run_id', identity.runId],
    ['tcp_port', config.number('port')],
    ['server_time_usec', Math.floor(clock.nowMs * 1000)],
    ['uptime_in_seconds', uptime],
    ['uptime_in_days', Math.floor(uptime / DAY_SECONDS)],
    ['hz', hz],
    ['configured_hz', hz],
    ['clients_hz', hz],
    ['lru_clock', Math.floor(clock.nowMs / 1000) & LRU_CLOCK_MASK],
    ['executable', identity.executable],
    ['config_file', identity.configFile],
    ['io_threads_active', 0],
    ['availability_zone', config.text('availability-zone')],
  ];
}

function listenerFields({ identity }: Services): InfoField[] {
  return identity.listeners.map(({ name, addresses, port }, index) => {
    const places = addresses.map((address) => `bind=${address}`);
    const parts = [`name=${name}`, ...places, ...(name === 'unix' ? [] : [`port=${port}`])];
    return [`listener${index}`, parts.join(',')];
  });
}

export const tlsSection: InfoSection = {
  names: ['tls'],
  title: 'TLS',
  isDefault: false,
  fields: () => [
    ['tls_server_cert_serial', 'none'],
    ['tls_server_cert_expires_in_seconds', 0],
    ['tls_client_cert_serial', 'none'],
    ['tls_client_cert_expires_in_seconds', 0],
    ['tls_ca_cert_serial', 'none'],
    ['tls_ca_cert_expires_in_seconds', 0],
  ],
};

/** Scripts are part of this server; clients look for the module that brings them to the original. */
const LUA_MODULE = 'name=lua,ver=1,api=1,filters=0,usedby=[],using=[],options=[]';

export const modulesSection: InfoSection = {
  names: ['module_list', 'modules'],
  title: 'Modules',
  isDefault: true,
  fields: () => [['module', LUA_MODULE]],
};

export const scriptingEnginesSection: InfoSection = {
  names: ['scriptingengines'],
  title: 'Scripting Engines',
  isDefault: false,
  fields: ({ statistics }) => {
    const bytes = statistics.gauges.scriptBytes();
    return [
      ['engines_count', 1],
      ['engines_total_used_memory', bytes],
      ['engines_total_memory_overhead', 0],
      ['engine_0', `name=LUA,module=lua,abi_version=4,used_memory=${bytes},memory_overhead=0`],
    ];
  },
};
