import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';

const SIZE = { width: 1280, height: 720 };
/** What specs listen to. */
const EVENTS = ['console', 'dialog', 'download', 'pageerror', 'popup', 'request', 'requestfailed', 'response'] as const;

interface Lent {
  readonly kind: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** The protocol of the browser itself, for what is left behind. */
  readonly protocol: CDPSession;
}

/**
 * Pages that are used again: a new one is a new process of the browser, which takes four times what the average test then
 * does with it. Before it is lent again a page forgets what a new one would not know: cookies, what sites have stored,
 * what was fetched, where it has been, what was listened to, routed or set.
 */
export class UsedPages {
  private readonly idle: Lent[] = [];
  private lent: Lent[] = [];

  constructor(private readonly browser: Browser) {}

  /** A page alone in its context, as `options` say; until `takeBack`. */
  async lend({ viewport, colorScheme, ...options }: BrowserContextOptions): Promise<Page> {
    const kind = JSON.stringify(options);
    const found = this.idle.findIndex((one) => one.kind === kind);
    const [kept] = found < 0 ? [] : this.idle.splice(found, 1);
    const one = kept ?? (await this.open(kind, options));
    this.lent.push(one);
    await one.page.setViewportSize(viewport ?? SIZE);
    await one.page.emulateMedia({ colorScheme: colorScheme ?? 'light' });
    return one.page;
  }

  /** Those that cannot be made as new are closed. */
  async takeBack(): Promise<void> {
    for (const one of this.lent.splice(0)) {
      if (await this.empty(one).catch(() => false)) this.idle.push(one);
      else await one.context.close();
    }
  }

  private async open(kind: string, options: BrowserContextOptions): Promise<Lent> {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    return { kind, context, page, protocol: await context.newCDPSession(page) };
  }

  private async empty({ context, page, protocol }: Lent): Promise<boolean> {
    if (page.isClosed() || context.pages().length !== 1) return false;
    for (const event of EVENTS) page.removeAllListeners(event);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto('about:blank');
    await page.setExtraHTTPHeaders({});
    await page.emulateMedia({
      media: null,
      colorScheme: null,
      reducedMotion: null,
      forcedColors: null,
      contrast: null,
    });
    await context.clearPermissions();
    await protocol.send('Storage.clearDataForOrigin', { origin: '*', storageTypes: 'all' }); // cookies, too
    await protocol.send('Network.clearBrowserCache');
    await protocol.send('Page.resetNavigationHistory');
    return true;
  }
}
