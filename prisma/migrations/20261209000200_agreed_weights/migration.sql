-- Weight sets and who agreed to them are facts like any other: versions that are kept, and known by whom they were recorded.
ALTER TABLE reporting.fact DROP CONSTRAINT fact_kind_check, ADD CONSTRAINT fact_kind_check
  CHECK (kind IN ('account', 'stage', 'opportunity', 'order', 'custom', 'visit', 'cost', 'tariff', 'target', 'exchange_rate',
                  'weight_set', 'sign_off'));
