-- Whose a contact point was before two contacts turned out to be one person: what stood where, as of an earlier instant,
-- is answered for whom it stood for then.
CREATE TABLE consent.former_holding (
  contact_point_id uuid NOT NULL REFERENCES consent.contact_point (id),
  contact_id       uuid NOT NULL REFERENCES consent.contact (id),
  since            timestamptz NOT NULL,
  until            timestamptz NOT NULL,
  PRIMARY KEY (contact_id, contact_point_id)
);
GRANT SELECT, INSERT ON consent.former_holding TO gateway_app;
