import type { z } from 'zod';

/** What an api answered that was not expected, in words. */
export class UnexpectedAnswer extends Error {}

/** Calls the public HTTP API with one key, as any integrator would. */
export class ApiClient {
  constructor(
    readonly base: string,
    private readonly key: string,
  ) {}

  /** The parsed body. @throws UnexpectedAnswer when the status is no 2xx, or the body has another shape. */
  async call<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const { status, text } = await this.send(method, path, body, headers);
    const parsed = status < 300 ? schema.safeParse(JSON.parse(text)) : undefined;
    if (parsed?.success === true) return parsed.data;
    throw new UnexpectedAnswer(`${method} ${path} answered ${status}: ${text.slice(0, 2_000)}`);
  }

  /** Like `call`, or null for 404. */
  async find<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    const { status, text } = await this.send('GET', path);
    if (status === 404) return null;
    const parsed = status === 200 ? schema.safeParse(JSON.parse(text)) : undefined;
    if (parsed?.success === true) return parsed.data;
    throw new UnexpectedAnswer(`GET ${path} answered ${status}: ${text.slice(0, 2_000)}`);
  }

  private async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }
}
