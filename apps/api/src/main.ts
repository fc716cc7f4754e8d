import 'reflect-metadata';
import { collectDefaultMetrics } from 'prom-client';
import { collectSooner, endOnSignal, readConfig } from '#lib/platform';
import { createApp } from './create-app.js';

export async function main(): Promise<void> {
  collectSooner();
  const config = readConfig(process.env);
  const app = await createApp(config);
  collectDefaultMetrics();
  endOnSignal(app);
  await app.listen(config.API_PORT, config.HOST);
}
