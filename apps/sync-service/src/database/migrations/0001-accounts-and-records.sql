-- Every key begins with the account, so that each table can be split by account without a change (rule D1).
create table account (
  account_id uuid primary key,
  -- Which history the seqs belong to; a new one is drawn when a backup is restored.
  epoch uuid not null,
  -- The seq of the latest change.
  head bigint not null default 0,
  -- The hash of all batches so far (rule D6).
  chain bytea not null
);

create table api_key (
  account_id uuid not null references account,
  key_id text not null,
  secret_hash bytea not null,
  label text not null,
  scopes text[] not null,
  created_on date not null,
  last_used_on date,
  revoked_on date,
  primary key (account_id, key_id)
);

-- One current sealed envelope per record. Nothing typed, no deleted flag, no times of a person's acts.
create table record (
  account_id uuid not null references account,
  record_id uuid not null,
  seq bigint not null,
  sealed bytea not null,
  primary key (account_id, record_id),
  unique (account_id, seq)
);
-- Ciphertext does not compress; trying costs time.
alter table record alter column sealed set storage external;

-- What was answered to each batch, without ciphertexts. last_seq is null where nothing was applied.
create table batch (
  account_id uuid not null references account,
  batch_id uuid not null,
  request_hash bytea not null,
  -- Per change: its seq, 0 for a conflict, or minus the number of the reason it was rejected for.
  outcome bigint[] not null,
  first_seq bigint,
  last_seq bigint,
  chain bytea,
  primary key (account_id, batch_id)
);
create unique index batch_by_last_seq on batch (account_id, last_seq) where last_seq is not null;

create table keyring (
  account_id uuid primary key references account,
  generation bigint not null,
  sealed bytea not null,
  recovery bytea not null
);
