-- Every hand-over asks which policies of its brand have warm-ups, whatever its own says, because all of them count it. There
-- are few or none at any time, and policies have versions without end.
CREATE INDEX policy_with_warm_ups ON sending.policy (brand_id, key, version) WHERE body @? '$.warmUps[0]';
