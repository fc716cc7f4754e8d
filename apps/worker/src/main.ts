import 'reflect-metadata';
import { collectSooner, endOnSignal, readConfig } from '#lib/platform';
import { createApp } from './create-app.js';

export async function main(): Promise<void> {
  collectSooner();
  const config = readConfig(process.env);
  const app = await createApp(config);
  endOnSignal(app);
  await app.listen(config.WORKER_PORT, config.HOST);
}
