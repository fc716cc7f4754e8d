-- Whether somebody answered a message by saying what they want: whoever did has it, and needs no other way to be reached.
CREATE INDEX consent_event_message_idx ON consent.consent_event (message_id) WHERE message_id IS NOT NULL;
