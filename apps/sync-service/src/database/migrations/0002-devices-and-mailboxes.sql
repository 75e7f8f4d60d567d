-- The devices of an account: what their person calls them and what they have seen, both sealed.
create table device (
  account_id uuid not null references account on delete cascade,
  -- 16 hex digits.
  device_id text not null,
  -- The key it last spoke with.
  key_id text not null,
  name bytea,
  manifest bytea,
  last_seen_on date not null,
  primary key (account_id, device_id)
);

-- Every key a device has spoken with, so that revoking the device revokes them all.
alter table api_key add column device_id text;

-- The key that made this one, so that a device which is revoked leaves no key behind that nobody has bound. Null for
-- the operator's.
alter table api_key add column made_by text;

-- A sealed message from a device that is in to one that is not yet; read once (rule E6).
create table mailbox (
  account_id uuid not null references account on delete cascade,
  mailbox_id uuid not null,
  -- SHA-256 of the token that only the link can give.
  token_hash bytea not null,
  sealed bytea not null,
  tries_left integer not null,
  expires_at timestamptz not null,
  primary key (account_id, mailbox_id)
);

-- What the account may hold, null for what the service allows everybody; and what it holds, in sealed bytes.
alter table account
  add column records_max bigint,
  add column bytes_max bigint,
  add column records bigint not null default 0,
  add column bytes bigint not null default 0;
update account set
  records = (select count(*) from record where record.account_id = account.account_id),
  bytes = (
    select coalesce(sum(octet_length(sealed)), 0) from record where record.account_id = account.account_id
  );
