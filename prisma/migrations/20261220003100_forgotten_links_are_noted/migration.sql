-- Where links led is forgotten with their person. What was done with contents is then read anew for their account.
CREATE FUNCTION reporting.note_forgotten_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.touched (brand_id, whose)
  SELECT DISTINCT t.brand_id, t.contact_id
    FROM (SELECT DISTINCT message_id FROM old_link) l JOIN sending.touch t ON t.message_id = l.message_id AND t.type = 'clicked'
   WHERE NOT t.test;
  RETURN NULL;
END $$;
CREATE TRIGGER forgotten_noted AFTER DELETE ON sending.tracked_link
  REFERENCING OLD TABLE AS old_link FOR EACH STATEMENT EXECUTE FUNCTION reporting.note_forgotten_links();
