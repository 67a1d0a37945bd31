-- Farms, who belongs to them, and the functions that every policy asks.

-- Not exposed by REST: functions that look past row-level security, and the partitions of the audit trail.
create schema tabfarm;
revoke all on schema tabfarm from public;
grant usage on schema tabfarm to authenticated, service_role;

create table public.farms (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 256)
);

create table public.members (
  farm_id uuid not null references public.farms (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  primary key (farm_id, user_id)
);
create index members_of_user on public.members (user_id);

-- A farm PC. `user_id` is the identity its tab writes with when the relay is gone; a PC without one cannot.
create table public.workers (
  farm_id uuid not null references public.farms (id) on delete cascade,
  pc_id text not null check (pc_id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  user_id uuid unique references auth.users (id) on delete set null,
  is_online boolean not null default false,
  last_seen_at timestamptz (3) not null default clock_timestamp(),
  primary key (farm_id, pc_id)
);

alter table public.farms enable row level security;
alter table public.members enable row level security;
alter table public.workers enable row level security;

-- A hosted project gives all of this to everybody who can reach REST.
revoke all on public.farms, public.members, public.workers from public, anon, authenticated, service_role;
grant select on public.farms, public.members, public.workers to authenticated;
grant select, insert, update, delete on public.farms, public.members, public.workers to service_role;
grant update (last_seen_at) on public.workers to authenticated;

-- The farms in which whoever asks has at least this role.
create function tabfarm.farms_as(least_role text) returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select farm_id from public.members
  where user_id = (select auth.uid())
    and array_position(array['viewer', 'operator', 'admin'], role)
      >= array_position(array['viewer', 'operator', 'admin'], least_role)
$$;

-- The PC that whoever asks is the worker of; at most one.
create function tabfarm.own_pc() returns table (farm_id uuid, pc_id text)
language sql stable security definer set search_path = ''
as $$
  select w.farm_id, w.pc_id from public.workers w where w.user_id = (select auth.uid())
$$;

-- The farms whose state whoever asks may see: a member's and a worker's.
create function tabfarm.visible_farms() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select tabfarm.farms_as('viewer') union select farm_id from tabfarm.own_pc()
$$;

-- Clients come as these roles; the relay as service_role, migrations as their owner.
create function tabfarm.is_client() returns boolean
language sql stable set search_path = ''
as $$ select current_user in ('anon', 'authenticated') $$;

revoke all on all functions in schema tabfarm from public;
grant execute on function
  tabfarm.farms_as(text), tabfarm.own_pc(), tabfarm.visible_farms(), tabfarm.is_client() to authenticated, service_role;

create policy "members and workers see their farm" on public.farms
  for select to authenticated using (id in (select tabfarm.visible_farms()));

create policy "everybody sees what they are, admins see all of their farm" on public.members
  for select to authenticated
  using (user_id = (select auth.uid()) or farm_id in (select tabfarm.farms_as('admin')));

create policy "members see their farm's workers, a worker itself" on public.workers
  for select to authenticated
  using (farm_id in (select tabfarm.farms_as('viewer')) or user_id = (select auth.uid()));

create policy "a worker says that it is there" on public.workers
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- Time is the database's: a worker's own clock counts for nothing, the relay's may be late but not ahead.
create function tabfarm.time_worker() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tabfarm.is_client() then
    new.last_seen_at := clock_timestamp();
  else
    new.last_seen_at := least(new.last_seen_at, clock_timestamp());
    if tg_op = 'UPDATE' then new.last_seen_at := greatest(new.last_seen_at, old.last_seen_at); end if;
  end if;
  return new;
end
$$;
create trigger time_worker before insert or update on public.workers
  for each row execute function tabfarm.time_worker();
