-- A brand may take no yes on a channel but one that the owner of the address confirmed.
ALTER TABLE consent.double_opt_in_setting ADD COLUMN required boolean NOT NULL DEFAULT false;
