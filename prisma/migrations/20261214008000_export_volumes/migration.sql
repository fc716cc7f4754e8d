-- A bundle that is too large for one file is several numbered ones, each made and kept before the next is begun, so that
-- whoever goes on after a crash goes on with the next.
ALTER TABLE ledger.export
  -- In order: {"end": position before which the volume ends, "records", "bytes", "sha256": hexadecimal, "part": its first}.
  ADD COLUMN volumes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(volumes) = 'array');

UPDATE ledger.export
   SET volumes = jsonb_build_array(jsonb_build_object(
         'end', size, 'records', records, 'bytes', bytes, 'sha256', encode(sha256, 'hex'), 'part', 0))
 WHERE state = 'ready';
