-- The audit trail: rows as the relay hashed them. They are added and read, and nobody changes or deletes one.

create table public.audit_events (
  farm_id uuid not null references public.farms (id),
  sequence bigint not null,
  event_id uuid not null,
  at timestamptz (3) not null,
  actor text not null,
  address text not null,
  event text not null,
  -- Text, not uuid: in the row of a refusal it is as somebody sent it, and the hash is over that.
  device_id text,
  outcome text not null,
  -- JSON in the bytes that were hashed, which neither jsonb nor a client that parses json keeps.
  details text,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- What is sent twice is one row: on conflict (event_id, at) do nothing. A row's `at` never changes.
  unique (event_id, at)
) partition by range (at);

create index audit_events_by_time on public.audit_events using brin (at);
create index audit_events_by_sequence on public.audit_events (farm_id, sequence desc);
create index audit_events_of_device on public.audit_events (farm_id, device_id, at) where device_id is not null;

alter table public.audit_events enable row level security;
revoke all on public.audit_events from public, anon, authenticated, service_role;
grant select on public.audit_events to authenticated;
grant select, insert on public.audit_events to service_role;

create policy "admins read their farm's audit trail" on public.audit_events
  for select to authenticated using (farm_id in (select tabfarm.farms_as('admin')));

-- Partitions are outside of `public`: asked directly, one would not know the policies of its parent.
create table tabfarm.audit_events_default partition of public.audit_events default;
alter table tabfarm.audit_events_default enable row level security;

-- Makes the partitions of this month and of so many after it, which rows that came before them move into. How many there
-- are new. Harmless as often as it is called, by the relay or by pg_cron.
create function public.make_audit_partitions(months_ahead integer default 3) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  first timestamptz;
  beyond timestamptz;
  partition_name text;
  made integer := 0;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('tabfarm.audit_events'));
  for step in 0..least(months_ahead, 120) loop
    first := (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => step)) at time zone 'UTC';
    beyond := (first at time zone 'UTC' + interval '1 month') at time zone 'UTC';
    partition_name := 'audit_events_' || to_char(first at time zone 'UTC', 'YYYY_MM');
    continue when to_regclass('tabfarm.' || partition_name) is not null;
    execute format('create table tabfarm.%I (like public.audit_events including defaults including constraints)', partition_name);
    execute format('alter table tabfarm.%I enable row level security', partition_name);
    execute format(
      'with moved as (delete from tabfarm.audit_events_default where at >= %L and at < %L returning *)
       insert into tabfarm.%I select * from moved', first, beyond, partition_name);
    execute format(
      'alter table public.audit_events attach partition tabfarm.%I for values from (%L) to (%L)',
      partition_name, first, beyond);
    made := made + 1;
  end loop;
  return made;
end
$$;
revoke all on function public.make_audit_partitions(integer) from public, anon, authenticated;
grant execute on function public.make_audit_partitions(integer) to service_role;

do $$ begin perform public.make_audit_partitions(); end $$;
