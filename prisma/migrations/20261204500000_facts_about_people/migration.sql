-- What a person is handed of facts from the CRM: every version that names them, also one that was corrected or taken back.

-- Of visits there are as many as of touches.
CREATE INDEX fact_contact_idx ON reporting.fact (((body ->> 'contactId')::uuid)) WHERE body ->> 'contactId' IS NOT NULL;

-- One row for each way in which a version names a contact. Who else was in a committee is not in it. What is over was taken
-- back or corrected since, perhaps by a version that names the contact no more.
CREATE VIEW reporting.contact_fact AS
SELECT w.contact_id, w.role, f.brand_id, f.kind, f.external_id, f.version, f.at, f.body - '{kind,contactId,roles}'::text[] AS body,
       f.recorded_at,
       f.retracted OR EXISTS (SELECT FROM reporting.fact l
                               WHERE l.brand_id = f.brand_id AND l.kind = f.kind AND l.external_id = f.external_id
                                 AND l.version > f.version) AS is_over
  FROM (SELECT n, (body ->> 'contactId')::uuid AS contact_id, NULL::text AS role
          FROM reporting.fact WHERE body ->> 'contactId' IS NOT NULL
        UNION ALL
        SELECT o.n, (r.value ->> 'contactId')::uuid, r.value ->> 'role'
          FROM reporting.fact o CROSS JOIN LATERAL jsonb_array_elements(o.body -> 'roles') r
         WHERE o.kind = 'opportunity') w
  JOIN reporting.fact f ON f.n = w.n;
GRANT SELECT ON reporting.contact_fact TO gateway_app;
