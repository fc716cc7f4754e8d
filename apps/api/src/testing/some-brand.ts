import { expect } from '@jest/globals';
import pg from 'pg';
import { type Answered, RunningApi } from './running-api.js';
import { setUpSending } from './set-up-sending.js';

/** A brand that can send, by a running api of its own, and short words for what specs do about its people. */
export class SomeBrand {
  private constructor(
    readonly api: RunningApi,
    /** With every scope. */
    readonly key: string,
    /** The superuser, for what nobody can bring about over HTTP. */
    readonly admin: pg.Pool,
  ) {}

  /** @param session as `RunningApi.start` has it */
  static async start(session: Record<string, string> = {}): Promise<SomeBrand> {
    const api = await RunningApi.start({}, session);
    const key = await api.brand('acme');
    await setUpSending(api, key);
    const admin = new pg.Pool({ connectionString: api.database.urls.admin, max: 2 });
    admin.on('error', () => undefined);
    return new SomeBrand(api, key, admin);
  }

  async stop(): Promise<void> {
    await this.admin.end();
    await this.api.stop();
  }

  send(method: string, url: string, body?: object, key = this.key): Promise<Answered> {
    return this.api.send(method, url, { key, ...(body === undefined ? {} : { body }) });
  }

  /** Somebody with an e-mail address. */
  contact(id: string, address = `${id}@people.example`, more: object = {}): Promise<Answered> {
    return this.send('PUT', `/v1/contacts/${id}`, { contactPoints: [{ channel: 'email', address }], ...more });
  }

  /** Somebody with an e-mail address who said something to the newsletter; null: nothing. */
  async person(
    id: string,
    kind: string | null = 'granted',
    address = `${id}@people.example`,
    more: object = {},
  ): Promise<void> {
    expect((await this.contact(id, address, more)).status).toBeLessThan(300);
    // A no is taken back, so something was given before.
    if (kind === 'withdrawn' || kind === 'objected') await this.say(id, 'granted');
    if (kind !== null) expect((await this.say(id, kind)).status).toBe(201);
  }

  /** The id of a message of news that was accepted for somebody. */
  async accept(to: string, sendAt?: string, variables: object = {}): Promise<string> {
    const answer = await this.api.send('POST', '/v1/messages', {
      key: this.key,
      body: { to, template: 'news', topic: 'newsletter', variables, ...(sendAt === undefined ? {} : { sendAt }) },
      headers: { 'idempotency-key': `${to}-${Math.random()}` },
    });
    return answer.json<{ id: string }>().id;
  }

  /** Records what somebody said to the newsletter by e-mail, unless `more` says otherwise. */
  say(id: string, kind: string, more: object = {}): Promise<Answered> {
    const wish = { channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind, wording: 'Yes, please.' };
    return this.send('POST', `/v1/contacts/${id}/consents`, {
      ...{ ...wish, legalBasis: 'consent', method: 'web_form', ...more },
    });
  }

  /** Why news to somebody would be dropped now; null when they would leave. */
  async reason(to: string, about: object = { topic: 'newsletter' }, key = this.key): Promise<string | null> {
    const answer = await this.send('POST', '/v1/decisions', { to, template: 'news', ...about }, key);
    return answer.json<{ reason: string | null }>().reason;
  }

  /** Another topic of the newsletter's purpose. */
  topic(name: string, labels: { readonly de: string; readonly en: string }): Promise<Answered> {
    return this.send('PUT', `/v1/topics/${name}`, { purpose: 'commercial', labels });
  }
}
