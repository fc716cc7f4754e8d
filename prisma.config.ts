import { defineConfig } from 'prisma/config';

/** For the Prisma command line. Without DATABASE_URL only the commands that need no database work. */
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
