import 'reflect-metadata';
import { readConfig } from '#lib/platform';
import { createApp } from './create-app.js';

const config = readConfig(process.env);
const app = await createApp(config);
app.enableShutdownHooks();
await app.listen(config.CENTER_PORT, config.HOST);
