// How the server ends: on SHUTDOWN or a signal, after a last save where one is wanted. The program says what ending
// means (`exit`), persistence how to save (`save`). A save that fails keeps the server alive unless it is forced.
import type { Services } from '../commands/services.ts';
import type { Client } from './client.ts';

/** What SHUTDOWN and the directives `shutdown-on-...` may ask for. */
export type ShutdownFlag = 'save' | 'nosave' | 'now' | 'force' | 'safe' | 'failover';

const FAILED = 'ERR Errors trying to SHUTDOWN. Check logs.';

export class Shutdown {
  readonly #services: Services;
  /** Ends the process, `atOnce` without another turn of the loop; set by the program. */
  exit: (atOnce: boolean) => Promise<void> = () => Promise.resolve();
  /** Saves all data; false where that failed (the log says why). Undefined while nobody can save. */
  save: (() => Promise<boolean>) | undefined;
  /** What must not be cut off: a few words for the log, undefined while there is nothing. */
  readonly obstacles: (() => string | undefined)[] = [];
  /** What else has to be safe before the end: the append-only file. */
  readonly beforeExit: (() => void)[] = [];
  /** Asked for by a signal, and not begun. */
  #requested: readonly string[] | undefined;
  #isRunning = false;
  #isAborted = false;
  readonly #waiting: Client[] = [];

  constructor(services: Services) {
    this.#services = services;
  }

  /** A signal asks for the end; the periodic work begins it. False where an end is on its way already. */
  onSignal(name: 'SIGTERM' | 'SIGINT'): boolean {
    if (this.#isRunning || this.#requested !== undefined) return false;
    const { log, config, switches } = this.#services;
    log.warning(`Received ${name} scheduling shutdown...`);
    this.#requested = config.flags(name === 'SIGTERM' ? 'shutdown-on-sigterm' : 'shutdown-on-sigint');
    if (!switches.cronPaused) this.continue();
    return true;
  }

  /** Begins what a signal asked for; called by the periodic work. */
  continue(): void {
    const flags = this.#requested;
    if (flags === undefined) return;
    this.#requested = undefined;
    this.#services.log.notice('User requested shutdown...');
    void this.#run(flags);
  }

  /** A client asks for the end; it gets an answer only where the end does not come. */
  request(client: Client, flags: readonly ShutdownFlag[]): void {
    const { access, log } = this.#services;
    this.#waiting.push(client);
    if (this.#isRunning) return;
    log.notice(`User requested shutdown... (user request from '${access.describeClient(client)}')`);
    void this.#run(flags);
  }

  /** SHUTDOWN ABORT: false where nobody asked for the end. */
  abort(): boolean {
    if (!this.#isRunning && this.#requested === undefined) return false;
    if (this.#isRunning) this.#isAborted = true;
    this.#requested = undefined;
    this.#services.log.notice('Shutdown manually aborted.');
    return true;
  }

  async #run(flags: readonly string[]): Promise<void> {
    this.#isRunning = true;
    const { log, scripting } = this.#services;
    // A script that does not end lets nothing run but what runs now.
    const isBusy = scripting.run !== undefined;
    const isSafe = this.#mayCutOff(flags) && (!this.#mustSave(flags) || (await this.#save(flags)));
    if (this.#isAborted || !isSafe) {
      if (!this.#isAborted) log.warning('Errors trying to shut down the server. Check the logs for more information.');
      this.#isRunning = false;
      this.#isAborted = false;
      return this.#answerFailure();
    }
    for (const work of this.beforeExit) work();
    await this.exit(isBusy);
  }

  /** False where something runs that must end first, unless the end is forced. */
  #mayCutOff(flags: readonly string[]): boolean {
    const isForced = flags.includes('force');
    let isFree = true;
    for (const obstacle of this.obstacles) {
      const words = obstacle();
      if (words === undefined) continue;
      this.#services.log.warning(`${words}${isForced ? '. Exit anyway.' : ", can't exit"}`);
      isFree &&= isForced;
    }
    return isFree;
  }

  #mustSave(flags: readonly string[]): boolean {
    const savesAnyway = this.#services.config.save.value.length > 0 && !flags.includes('nosave');
    return this.save !== undefined && (savesAnyway || flags.includes('save'));
  }

  /** False where the server must not end. */
  async #save(flags: readonly string[]): Promise<boolean> {
    const { log } = this.#services;
    log.notice('Saving the final RDB snapshot before exiting.');
    if ((await this.save?.()) === true) return true;
    const isForced = flags.includes('force');
    log.warning(`Error trying to save the DB${isForced ? '. Exit anyway.' : ", can't exit."}`);
    return isForced;
  }

  #answerFailure(): void {
    const { io } = this.#services;
    for (const client of this.#waiting) if (!client.closed) io.writeTo(client, (reply) => reply.error(FAILED));
    this.#waiting.length = 0;
  }
}
