-- What a person leaves who wants nothing more is also what their brand adds later. In each brand one purpose stands for
-- that: its id is the brand's, its key no purpose of a brand can have, and nothing is ever sent under it.
ALTER TABLE consent.purpose
  DROP CONSTRAINT purpose_key_check,
  ADD CONSTRAINT purpose_key_check CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$' OR (key = '*' AND id = brand_id)),
  ADD CONSTRAINT purpose_everything_check CHECK (id <> brand_id OR (key = '*' AND enforcement = 'permissive'));

CREATE FUNCTION consent.add_everything(brand uuid) RETURNS void LANGUAGE sql AS $$
  INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
  VALUES (brand, brand, '*', 'permissive', 'legitimate_interests', jsonb_build_object(
    'ar', 'كل ما يُضاف لاحقًا',
    'de', 'Was später dazukommt',
    'en', 'Whatever is added later',
    'es', 'Todo lo que se añada más adelante',
    'fr', 'Tout ce qui s’ajoutera plus tard',
    'he', 'כל מה שיתווסף בהמשך',
    'it', 'Tutto ciò che si aggiungerà in seguito',
    'nl', 'Alles wat er later bij komt',
    'pl', 'Wszystko, co zostanie dodane później',
    'pt', 'Tudo o que for acrescentado mais tarde',
    'tr', 'Sonradan eklenecek her şey'));
$$;
CREATE FUNCTION consent.add_everything_to_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM consent.add_everything(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER brand_everything AFTER INSERT ON consent.brand
  FOR EACH ROW EXECUTE FUNCTION consent.add_everything_to_new();
SELECT consent.add_everything(id) FROM consent.brand;

-- Whoever left everything left each purpose by an event of its own: reports count those.
CREATE OR REPLACE VIEW consent.reported_event AS
SELECT e.id, e.brand_id, q.channel, p.key AS purpose, t.key AS topic, e.kind, e.effective, e.occurred_at, e.recorded_at,
       e.message_id, e.purpose_id, e.topic_id, q.contact_id, e.contact_point_id, e.legal_basis, e.method, e.jurisdiction,
       e.valid_until, e.entry_id
  FROM consent.consent_event e
  LEFT JOIN consent.contact_point q ON q.id = e.contact_point_id
  LEFT JOIN consent.purpose p ON p.id = e.purpose_id
  LEFT JOIN consent.topic t ON t.id = e.topic_id
 WHERE e.purpose_id <> e.brand_id;
