import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import PostalMime from 'postal-mime';

/** What the list shows of a mail; its bytes stay on the disk. */
export interface MailSummary {
  readonly id: string;
  /** Time of arrival, ISO 8601 in UTC. */
  readonly at: string;
  /** The envelope: who it is from and whom the server was told to deliver it to. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string | null;
  readonly bytes: number;
}

const MAX_MAILS = 1_000;
const ID = /^\d{8}-[0-9a-f]{8}$/;

/** Mails in a folder, each as received (`<id>.eml`) with its summary (`<id>.json`). The oldest make way. */
export class MailStore {
  private mails: MailSummary[] = [];
  private next = 1;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly folder: string,
    private readonly maxMails: number,
  ) {}

  static async open(folder: string, maxMails = MAX_MAILS): Promise<MailStore> {
    await fs.mkdir(folder, { recursive: true });
    const store = new MailStore(folder, maxMails);
    const names = (await fs.readdir(folder)).filter((name) => name.endsWith('.json')).sort();
    for (const name of names) {
      const mail = await readSummary(path.join(folder, name));
      if (mail !== null) store.mails.push(mail);
    }
    store.next = Number(store.mails.at(-1)?.id.slice(0, 8) ?? 0) + 1;
    return store;
  }

  /** Newest first. */
  list(): MailSummary[] {
    return [...this.mails].reverse();
  }

  /** Keeps a mail; resolves when it is on the disk. Mails keep the order of the calls. */
  add(envelope: { readonly from: string; readonly to: readonly string[] }, raw: Buffer): Promise<MailSummary> {
    return this.inTurn(async () => {
      const id = `${String(this.next++).padStart(8, '0')}-${randomBytes(4).toString('hex')}`;
      const content = path.join(this.folder, `${id}.eml`);
      await fs.writeFile(content, raw);
      const { mtime } = await fs.stat(content);
      const { subject, messageId } = await parse(raw);
      const mail: MailSummary = {
        id,
        at: mtime.toISOString(),
        ...envelope,
        subject: subject ?? '',
        messageId: messageId ?? null,
        bytes: raw.length,
      };
      await fs.writeFile(path.join(this.folder, `${id}.json`), JSON.stringify(mail));
      this.mails.push(mail);
      while (this.mails.length > this.maxMails) await this.remove(this.mails.shift());
      return mail;
    });
  }

  /** A mail with its bytes, or null when it is not here (any more). */
  async read(id: string): Promise<{ mail: MailSummary; raw: Buffer } | null> {
    const mail = this.mails.find((one) => one.id === id);
    if (mail === undefined) return null;
    const raw = await fs.readFile(path.join(this.folder, `${id}.eml`)).catch(() => null);
    return raw === null ? null : { mail, raw };
  }

  async clear(): Promise<void> {
    await this.inTurn(async () => {
      const all = this.mails;
      this.mails = [];
      for (const mail of all) await this.remove(mail);
    });
  }

  private async remove(mail: MailSummary | undefined): Promise<void> {
    if (mail === undefined) return;
    for (const ending of ['json', 'eml']) await fs.rm(path.join(this.folder, `${mail.id}.${ending}`), { force: true });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }
}

/** Reads what can be read: a mailbox for looking at mails must show a broken one too. */
async function parse(raw: Buffer): Promise<{ subject?: string | undefined; messageId?: string | undefined }> {
  return PostalMime.parse(raw).catch(() => ({ subject: '(this mail cannot be parsed)' }));
}

async function readSummary(file: string): Promise<MailSummary | null> {
  try {
    const mail = JSON.parse(await fs.readFile(file, 'utf8')) as MailSummary;
    return ID.test(mail.id) ? mail : null;
  } catch {
    return null;
  }
}
