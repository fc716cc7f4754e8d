/**
 * What must exist before the application can connect: a server, its roles, the tables. Used by `consentctl`,
 * by the tests and by the scripts; needs no other part of the product.
 */
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { migrateDeploy, migrationState, type MigrateOptions, type MigrationState } from './migrate-deploy.js';
export { freePort } from './postgres-files.js';
export {
  databaseUrl,
  provisionRoles,
  restrictDatabase,
  roleUrls,
  ROLES,
  type ProvisionOptions,
  type RoleKey,
} from './provision-roles.js';
export { migrateQueueSchema } from './queue-schema.js';
export { startSupervised, type SupervisedOptions, type SupervisedProcess } from './supervised-process.js';
