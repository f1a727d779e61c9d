// INFO's section about memory. `used_memory` is what blocks of the arena take and what lives on V8's heap; overhead is
// everything that is no key or value: the heap, clients' buffers, what was in use before the first key.
import { totalmem } from 'node:os';
import { clientMemory } from './client-memory.ts';
import { humanBytes, type InfoField, type InfoSection } from './info-section.ts';
import type { Services } from './services.ts';

export const memorySection: InfoSection = {
  names: ['memory'],
  title: 'Memory',
  isDefault: true,
  fields: (services) => [
    ...usedFields(services),
    ...systemFields(services),
    ...scriptFields(services),
    ...limitFields(services),
    ...fragmentationFields(services),
    ...bufferFields(services),
  ],
};

function usedFields(services: Services): InfoField[] {
  const { memory } = services;
  const used = memory.usedBytes;
  const peak = Math.max(memory.peakBytes, used);
  const overhead = memory.heapBytes + clientBytes(services);
  const dataset = Math.max(0, used - overhead);
  return [
    ['used_memory', used],
    ['used_memory_human', humanBytes(used)],
    ['used_memory_rss', memory.residentBytes],
    ['used_memory_rss_human', humanBytes(memory.residentBytes)],
    ['used_memory_peak', peak],
    ['used_memory_peak_human', humanBytes(peak)],
    ['used_memory_peak_perc', share(used, peak)],
    ['used_memory_overhead', overhead],
    ['used_memory_startup', memory.startupBytes],
    ['used_memory_dataset', dataset],
    ['used_memory_dataset_perc', share(dataset, Math.max(dataset, used - memory.startupBytes))],
  ];
}

function systemFields({ arena, memory }: Services): InfoField[] {
  const total = totalmem();
  return [
    ['allocator_allocated', arena.usedBytes],
    ['allocator_active', arena.heldBytes],
    ['allocator_resident', Math.min(arena.heldBytes, memory.residentBytes)],
    ['allocator_muzzy', 0],
    ['total_system_memory', total],
    ['total_system_memory_human', humanBytes(total)],
  ];
}

function scriptFields({ statistics, scripting }: Services): InfoField[] {
  const scripts = statistics.gauges.scriptBytes();
  const { libraries } = scripting.functions;
  const functions = libraries.memoryBytes;
  return [
    ['used_memory_lua', scripts],
    ['used_memory_vm_eval', scripts],
    ['used_memory_lua_human', humanBytes(scripts)],
    ['used_memory_scripts_eval', scripts],
    ['number_of_cached_scripts', statistics.gauges.cachedScripts()],
    ['number_of_functions', libraries.functionCount],
    ['number_of_libraries', libraries.libraries.size],
    ['used_memory_vm_functions', functions],
    ['used_memory_vm_total', scripts + functions],
    ['used_memory_vm_total_human', humanBytes(scripts + functions)],
    ['used_memory_functions', functions],
    ['used_memory_scripts', scripts + functions],
    ['used_memory_scripts_human', humanBytes(scripts + functions)],
  ];
}

function limitFields({ config }: Services): InfoField[] {
  const maxmemory = config.exactNumber('maxmemory');
  return [
    ['maxmemory', maxmemory],
    ['maxmemory_human', humanBytes(Number(maxmemory))],
    ['maxmemory_policy', config.choice('maxmemory-policy')],
  ];
}

function fragmentationFields({ arena, memory }: Services): InfoField[] {
  const { usedBytes, heldBytes } = arena;
  const resident = memory.residentBytes;
  return [
    ['allocator_frag_ratio', ratio(heldBytes, usedBytes)],
    ['allocator_frag_bytes', heldBytes - usedBytes],
    ['allocator_rss_ratio', ratio(Math.min(heldBytes, resident), heldBytes)],
    ['allocator_rss_bytes', Math.min(heldBytes, resident) - heldBytes],
    ['rss_overhead_ratio', ratio(resident, heldBytes)],
    ['rss_overhead_bytes', resident - heldBytes],
    ['mem_fragmentation_ratio', ratio(resident, memory.usedBytes)],
    ['mem_fragmentation_bytes', resident - memory.usedBytes],
  ];
}

function bufferFields(services: Services): InfoField[] {
  const { keyspace, statistics } = services;
  const aofBuffer = statistics.gauges.aofBufferBytes();
  return [
    ['mem_not_counted_for_evict', aofBuffer],
    ['mem_replication_backlog', 0],
    ['mem_total_replication_buffers', 0],
    ['mem_replicas_repl_buffer', 0],
    ['mem_clients_slaves', 0],
    ['mem_clients_normal', clientBytes(services)],
    ['mem_cluster_links', 0],
    ['mem_cluster_slot_import', 0],
    ['mem_cluster_slot_export', 0],
    ['mem_aof_buffer', aofBuffer],
    ['mem_allocator', 'arena'],
    ['mem_overhead_db_hashtable_rehashing', 0],
    ['active_defrag_running', 0],
    ['lazyfree_pending_objects', keyspace.lazyFree.pendingObjects],
    ['lazyfreed_objects', keyspace.lazyFree.freedObjects],
  ];
}

function clientBytes({ clients, arena }: Services): number {
  let total = 0;
  for (const client of clients) total += clientMemory(client, arena).total;
  return total;
}

function ratio(part: number, whole: number): string {
  return (whole === 0 ? 0 : part / whole).toFixed(2);
}

function share(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (part / whole) * 100).toFixed(2)}%`;
}
