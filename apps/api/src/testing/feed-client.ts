import type { RunningApi } from './running-api.js';

/** What clients of feeds are told their address is. */
export const FEEDS_AT = 'http://feeds.example';

/** A client of OData that asks this api, by HTTP Basic, and follows what it is told. */
export const feedClient = (api: RunningApi, key: string) => {
  const headers = { authorization: `Basic ${Buffer.from(`anybody:${key}`).toString('base64')}`, host: 'feeds.example' };
  const get = async <T>(url: string) => {
    const answer = await api.send('GET', url.replace(FEEDS_AT, ''), { headers });
    const data = answer.json<T>();
    if (answer.status !== 200) throw new Error(answer.text);
    return { status: answer.status, statusText: '', headers: {}, data };
  };
  const refuse = (): never => {
    throw new Error('feeds are read');
  };
  return { get, post: refuse, put: refuse, patch: refuse, delete: refuse };
};
