-- SHA-256 of the sealed envelope that the service holds under `base`, so that both sides can be compared without
-- sending anything (rules D8, E10). Null where it is not known: then the record is downloaded again to compare.
alter table record add column sealed_hash blob;
-- The same of `outgoing.base`: a seq alone has named two versions where a service went back to a backup.
alter table outgoing add column base_hash blob;
