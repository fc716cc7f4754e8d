import { CommandEnd } from '../command.js';
import { setupStamp } from '../seed/demo-setup.js';
import { DemoState, demoStateFile } from '../seed/demo-state.js';
import { addressesOf } from './addresses.js';
import { Child } from './child.js';
import { readJson } from './kept-file.js';
import type { Ports } from './ports.js';

export interface DemoPlan {
  readonly dataDir: string;
  readonly ports: Ports;
  /** Sets the brand up, and tells nothing. */
  readonly noDemo: boolean;
}

/**
 * The child that sets the demo brand up and then tells its story. It reads its code from the first moment on; there is
 * none when an earlier start has done both.
 */
export class Demo {
  private readonly file: string;
  private readonly known: DemoState | null;
  private readonly child: Child | undefined;
  private setUp: () => void = () => undefined;
  private readonly isSetUp: Promise<void>;

  constructor(private readonly plan: DemoPlan) {
    this.file = demoStateFile(plan.dataDir);
    this.known = readJson(this.file, DemoState);
    this.isSetUp = new Promise((resolve) => (this.setUp = resolve));
    const tell = !plan.noDemo && this.known?.told !== true;
    if (this.known?.setup !== setupStamp(plan.ports.smtp) || tell) this.child = this.launch(tell);
  }

  /** Lets it run: what is done through the api waits for that by itself. */
  begin(settings: NodeJS.ProcessEnv): void {
    this.child?.begin(settings);
  }

  /** The keys of the demo brand: known from an earlier start, or as soon as the brand is set up. */
  async state(): Promise<DemoState> {
    if (this.child !== undefined) await Promise.race([this.isSetUp, this.child.ended]);
    const state = this.child === undefined ? this.known : readJson(this.file, DemoState);
    if (state === null) throw new CommandEnd('The demo brand could not be set up.', 1);
    return state;
  }

  /** How its telling came out; null when there was nothing to do. */
  async ended(): Promise<'told' | 'set up' | 'failed' | null> {
    if (this.child === undefined) return null;
    const { code } = await this.child.ended;
    if (code !== 0) return 'failed';
    return this.plan.noDemo ? 'set up' : 'told';
  }

  async stop(graceMs: number): Promise<void> {
    await this.child?.stop(graceMs);
  }

  private launch(tell: boolean): Child {
    const { api, mailbox } = addressesOf(this.plan.ports);
    const smtpPort = String(this.plan.ports.smtp);
    const args = ['seed', '--api', api, '--mailbox', mailbox, '--smtp-port', smtpPort, '--state', this.file];
    return new Child({
      name: 'demo',
      script: new URL('../main.js', import.meta.url),
      args: tell ? [...args, '--tell'] : args,
      onLine: (line) => console.log(line),
      onMessage: () => this.setUp(),
    });
  }
}
