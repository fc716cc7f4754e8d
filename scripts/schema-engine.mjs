// Prisma's schema engine from its WebAssembly package: the same engine as the command line downloads, from npm.
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse as parseUrl } from 'pg-connection-string';

/** Type OIDs: the catalog's one-byte "char", and text. */
const CATALOG_CHAR = 18;
const TEXT = 25;

let loaded = false;

function loadEngine() {
  if (loaded) return;
  const wasm = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')).replace(
    /\.js$/,
    '.wasm',
  );
  const imports = { ...glue };
  for (const name of Object.keys(imports)) {
    // The engine never clears the timer of its advisory lock, which would keep the process alive for 10 s.
    if (name.startsWith('__wbg_setTimeout_')) imports[name] = (run, ms) => setTimeout(run, ms >>> 0).unref();
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(wasm)), {
    './schema_engine_bg.js': imports,
  });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  globalThis.PRISMA_WASM_PANIC_REGISTRY ??= { set_message: (message) => console.error(message) };
  loaded = true;
}

/**
 * Prisma's adapter with what the schema engine needs beyond it: one session, because the engine's advisory lock
 * belongs to a session; scripts sent whole, because splitting at `;` breaks function bodies; and the type "char",
 * which the catalog uses and the adapter does not know.
 */
class EngineAdapterFactory {
  provider = 'postgres';
  adapterName = '@prisma/adapter-pg';
  opened = [];

  constructor(url) {
    const config = parseUrl(url);
    this.config = { ...config, port: Number(config.port ?? 5432), max: 1 };
  }

  async connect() {
    const adapter = await new PrismaPg(this.config).connect();
    adapter.executeScript = async (script) => {
      try {
        await adapter.client.query(script);
      } catch (error) {
        adapter.onError(error);
      }
    };
    const performIO = adapter.performIO.bind(adapter);
    const queryRaw = adapter.queryRaw.bind(adapter);
    const charColumns = new WeakMap();
    adapter.performIO = async (query) => {
      const result = await performIO(query);
      const fields = result.fields ?? [];
      charColumns.set(
        query,
        fields.map((field) => field.dataTypeID === CATALOG_CHAR),
      );
      for (const field of fields) if (field.dataTypeID === CATALOG_CHAR) field.dataTypeID = TEXT;
      return result;
    };
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const isChar = charColumns.get(query) ?? [];
      result.columnTypes = result.columnTypes.map((type, i) => (isChar[i] ? ColumnTypeEnum.Character : type));
      return result;
    };
    this.opened.push(adapter);
    return adapter;
  }

  connectToShadowDb() {
    throw new Error('the WebAssembly engine has no shadow databases: compare with a scratch database instead');
  }
}

/**
 * @template T
 * @param {string} url
 * @param {{ path: string, content: string }[]} schemaFiles
 * @param {(engine: any) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSchemaEngine(url, schemaFiles, work) {
  loadEngine();
  const factory = new EngineAdapterFactory(url);
  const datamodels = schemaFiles.map((file) => [file.path, file.content]);
  const engine = await glue.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
  try {
    return await work(engine);
  } finally {
    engine.free();
    await Promise.all(factory.opened.map((adapter) => adapter.dispose().catch(() => undefined)));
  }
}
