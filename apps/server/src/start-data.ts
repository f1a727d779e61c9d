// The data of a server: loaded at the start, kept on disk from then on.
import {
  AppendOnly,
  type Disk,
  type Engine,
  holdingDisk,
  LoadError,
  Rdb,
  ReplicaLink,
  realDisk,
} from '@valkeep/engine';

/** Loads what is on disk and starts to keep it; false where it cannot be loaded, with the reason in the log. */
export async function startData(engine: Engine): Promise<boolean> {
  const rdb = new Rdb(engine);
  const appendOnly = new AppendOnly(engine, { disk: chooseDisk(), base: rdb.files });
  engine.rdb = rdb;
  engine.reloading = rdb;
  engine.appendOnly = appendOnly;
  try {
    if (!appendOnly.start()) await rdb.loadAtStart();
    engine.replication.link = new ReplicaLink(engine);
    engine.replication.follow(engine.config.replicaOf.value);
    return true;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    engine.log.warning(error.message);
    engine.log.warning('Fatal error loading the DB, check server logs. Exiting.');
    return false;
  }
}

/** Crash tests run the server on a disk that loses what was not synced. */
function chooseDisk(): Disk {
  const name = process.env['VALKEEP_TEST_DISK'];
  if (name === undefined || name === '') return realDisk;
  if (name === 'hold-until-sync') return holdingDisk(false);
  if (name === 'never-sync') return holdingDisk(true);
  throw new Error(`VALKEEP_TEST_DISK=${name}: there are hold-until-sync and never-sync`);
}
