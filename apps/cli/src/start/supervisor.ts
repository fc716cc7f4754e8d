import path from 'node:path';
import { CommandEnd } from '../command.js';
import { operatingError } from '../operating-error.js';
import type { DemoState } from '../seed/demo-state.js';
import { setUpFolders } from '../ledger/key-folder.js';
import { addressesOf, type App, APPS, settingsOf, witnessSettings } from './addresses.js';
import { Demo } from './demo.js';
import { farewell } from './farewell.js';
import { KeptChild } from './kept-child.js';
import { KeptPostgres } from './kept-postgres.js';
import { readableLine } from './domain/log-line.js';
import { MadeUpYear } from './made-up-year.js';
import { openDatabase, type OpenedDatabase } from './open-database.js';
import { choosePorts, type Ports } from './ports.js';
import { ReadyFile } from './ready-file.js';
import type { StartOptions } from './start-options.js';
import { untilReady, whyUnready } from './until-ready.js';

/** Children may drain this long; PostgreSQL has what is left of the whole. */
const DRAIN_MS = 20_000;
const STOP_MS = 25_000;
/** npm passes a Ctrl-C on that the terminal has sent us already: that is one wish, not two. */
const SAME_WISH_MS = 1_000;
/** What it says to programs; people are told the address at the end. */
const MAILBOX_ANNOUNCEMENT = /^\{"smtpPort":/;

/** What stands, once the ports are chosen and the database is open. */
interface Ground {
  readonly ports: Ports;
  readonly postgres: KeptPostgres;
  readonly database: OpenedDatabase;
  readonly demo: Demo;
}

/** Everything on one machine: starts it in order, keeps it running, and takes it down in reverse. */
export class Supervisor {
  private readonly abort = new AbortController();
  private readonly readyFile: ReadyFile;
  private readonly apps = new Map<App, KeptChild>();
  private postgres: Promise<KeptPostgres> | undefined;
  private mailbox: KeptChild | undefined;
  private witness: KeptChild | undefined;
  private demo: Demo | undefined;
  private year: MadeUpYear | undefined;
  private demoFailed = false;
  /** What stood when, in seconds since this process began. */
  private readonly stood: string[] = [];
  private publish: () => void = () => undefined;
  private stopAskedAt: number | undefined;
  private end: (exitCode: number) => void = () => undefined;

  constructor(private readonly options: StartOptions) {
    this.readyFile = new ReadyFile(options.readyFile);
  }

  /** Runs until a signal, or a loss that cannot be repaired. @returns the exit code. */
  async run(): Promise<number> {
    const ended = new Promise<number>((resolve) => (this.end = resolve));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.onSignal(signal));
    this.bringUp().catch((error: unknown) => this.fail(error));
    return ended;
  }

  private async bringUp(): Promise<void> {
    const ports = await choosePorts(this.options.port);
    // They load their code while the database starts.
    for (const app of APPS) this.apps.set(app, this.keep(app, `../../../${app}/src/main.js`));
    this.witness = this.keep('witness', '../../../witness/src/main.js');
    const ground = await this.openGround(ports);
    const { api, witness: witnessUrl } = addressesOf(ports);
    setUpFolders({ ...ground.database.folders, logUrl: `${api}/ledger`, witnessUrl });
    // What it has seen is compared before the worker signs anything.
    this.beginWitness(this.witness, ground);
    for (const [app, child] of this.apps) child.begin(settingsOf(app, ports, ground.database));
    ground.demo.begin(settingsOf('demo', ports, ground.database));
    const [state] = await Promise.all([
      this.untilSetUp(ground.demo),
      ...APPS.map((app) => this.untilReady(app, ports)),
    ]);
    this.abort.signal.throwIfAborted();

    this.publish = () => this.writeReadyFile(ground, state);
    say('start', `ready after ${sinceBegin()} s: ${this.stood.join(', ')}`);
    this.publish();

    const told = await ground.demo.ended();
    if (told === 'failed' && this.stopAskedAt === undefined) {
      this.demoFailed = true;
      console.error('The demo did not come out as it should, see above. The servers keep running.');
    }
    this.abort.signal.throwIfAborted();
    const follows = !this.options.noDemo && !this.options.noYear && state.yearKey === undefined;
    const shown = { hasPeople: told === 'told' || state.told, yearFollows: follows };
    console.log(farewell(addressesOf(ports), state, ground.postgres.dataDir, shown));
    if (follows) await this.writeYear(ground, state);
  }

  /** Nobody waits for it. */
  private async writeYear(ground: Ground, state: DemoState): Promise<void> {
    this.year = new MadeUpYear(ground.postgres.dataDir, (line) => say('year', line));
    const key = await this.year.write(settingsOf('demo', ground.ports, ground.database));
    if (this.stopAskedAt !== undefined) return;
    if (key === null) {
      this.demoFailed = true;
      say(
        'year',
        'did not come to its end, see above; the next start begins one in another brand. The servers keep running.',
      );
      return;
    }
    say('year', `the reports of it: ${addressesOf(ground.ports).api}/reports (sign in with ${key})`);
    this.publish = () => this.writeReadyFile(ground, { ...state, yearKey: key });
    this.publish();
  }

  private async openGround(ports: Ports): Promise<Ground> {
    this.postgres = KeptPostgres.start(this.options, {
      onRestart: () => {
        say('postgres', 'ended unexpectedly and was started again');
        this.publish();
      },
      onLost: (why) => this.fail(new CommandEnd(`${why}; stopping everything.`, 1)),
    });
    const postgres = await this.postgres;
    this.notes('postgres');
    this.abort.signal.throwIfAborted();
    const mails = path.join(postgres.dataDir, 'mails');
    const args = ['--http-port', String(ports.mailbox), '--smtp-port', String(ports.smtp), '--dir', mails];
    this.mailbox = this.keep('mailbox', '../mailbox/main.js', args);
    this.mailbox.begin({});
    const demo = (this.demo = new Demo({ dataDir: postgres.dataDir, ports, noDemo: this.options.noDemo }));
    // Nobody has promised anything before both are done.
    const [database] = await Promise.all([openDatabase(postgres.adminUrl(), postgres.dataDir), postgres.onDisk]);
    this.notes('tables');
    this.abort.signal.throwIfAborted();
    say('postgres', `ready on port ${postgres.port}, data in ${postgres.dataDir}`);
    return { ports, postgres, database, demo };
  }

  private keep(name: App | 'mailbox' | 'witness', script: string, args: readonly string[] = []): KeptChild {
    const child = new KeptChild(
      {
        name,
        script: new URL(script, import.meta.url),
        args,
        onLine: (line) => {
          if (!MAILBOX_ANNOUNCEMENT.test(line)) say(name, line);
        },
      },
      () => this.publish(),
    );
    void child.lost.then((why) => this.fail(new CommandEnd(`${why}; stopping everything.`, 1)));
    return child;
  }

  /** Only the publisher waits for it: what is published without it is cosigned as soon as it runs. */
  private beginWitness(witness: KeptChild, { ports, database }: Ground): void {
    witness.begin(witnessSettings(ports, database));
    untilReady('witness', addressesOf(ports).witness, this.abort.signal).then(
      () => witness.hasWorked(),
      () => undefined,
    );
  }

  private async untilReady(app: App, ports: Ports): Promise<void> {
    const url = addressesOf(ports)[app];
    await untilReady(app, url, this.abort.signal, (answer) => {
      this.apps.get(app)?.hasWorked();
      say(app, `runs at ${url} and is not ready: ${whyUnready(answer)}`);
      say(app, 'it goes on, and takes opt-outs; docs/operations.md says what to do');
    });
    this.apps.get(app)?.hasWorked();
    this.notes(app);
    say(app, `ready at ${url}`);
  }

  private async untilSetUp(demo: Demo): Promise<DemoState> {
    const state = await demo.state();
    this.notes('demo');
    return state;
  }

  private notes(part: string): void {
    this.stood.push(`${part} ${sinceBegin()}`);
  }

  private writeReadyFile(
    { ports, postgres, database }: Ground,
    { key, testKey, operatorKey, yearKey }: DemoState,
  ): void {
    const pidOf = (app: App): number => this.apps.get(app)?.pid ?? 0;
    this.readyFile.write({
      ...addressesOf(ports),
      key,
      testKey,
      operatorKey,
      ...(yearKey === undefined ? {} : { yearKey }),
      pid: process.pid,
      pids: { api: pidOf('api'), center: pidOf('center'), worker: pidOf('worker'), postgres: postgres.pid },
      database: { app: database.urls.app },
    });
  }

  private fail(error: unknown): void {
    if (this.stopAskedAt !== undefined) return;
    if (error instanceof CommandEnd) console.error(error.message);
    else console.error('The gateway could not start:', operatingError(error) ?? error);
    void this.stop(1);
  }

  private onSignal(signal: NodeJS.Signals): void {
    if (this.stopAskedAt === undefined) {
      say('start', `${signal}: stopping`);
      void this.stop(0);
    } else if (performance.now() - this.stopAskedAt > SAME_WISH_MS) {
      this.endHard('asked twice');
    }
  }

  private async stop(exitCode: number): Promise<void> {
    this.stopAskedAt = performance.now();
    this.publish = () => undefined;
    this.readyFile.remove();
    this.abort.abort();
    const timer = setTimeout(() => this.endHard(`not stopped after ${STOP_MS / 1_000} s`), STOP_MS);
    const [drained] = await Promise.all([
      Promise.all([...this.apps.values()].map((app) => app.stop(DRAIN_MS))),
      this.demo?.stop(1_000),
      this.year?.stop(1_000),
    ]);
    // Only now: what was draining may still have handed over mail and stored its outcome.
    await Promise.all([this.mailbox?.stop(1_000), this.witness?.stop(1_000)]);
    const postgres = await this.postgres?.catch(() => undefined);
    await postgres?.stop();
    clearTimeout(timer);
    const isClean = !this.demoFailed && !drained.includes(false);
    if (exitCode === 0) say('start', isClean ? 'stopped' : 'stopped, but not as it should be');
    this.end(exitCode === 0 && !isClean ? 1 : exitCode);
  }

  /** PostgreSQL ends by itself when this process is gone. */
  private endHard(why: string): void {
    console.error(`Ending hard: ${why}.`);
    for (const child of [...this.apps.values(), this.mailbox, this.witness]) child?.kill();
    process.exit(1);
  }
}

/** Seconds since this process began, which includes making the checkout ready. */
function sinceBegin(): string {
  return (performance.now() / 1_000).toFixed(1);
}

function say(name: string, line: string): void {
  console.log(readableLine(name, line));
}
