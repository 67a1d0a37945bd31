-- The farm's phones, written by the relay, and by the workers themselves while the relay is gone.

create table public.devices (
  farm_id uuid not null references public.farms (id) on delete cascade,
  device_id uuid not null,
  serial_number text not null check (length(serial_number) between 1 and 128),
  pc_id text not null check (pc_id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  -- Decides which of two pictures of a device is the newer one. The relay's are its own; a worker's are made here.
  version bigint not null,
  last_seen_at timestamptz (3) not null default clock_timestamp(),
  status text not null check (status in ('idle', 'busy', 'offline')),
  health_status text not null check (health_status in ('healthy', 'zombie', 'offline')),
  battery_level double precision check (battery_level between 0 and 100),
  -- Whatever else a device:status:update has: model, screen, state, problem, current_job_id, …
  condition jsonb not null default '{}'
    check (jsonb_typeof(condition) = 'object' and octet_length(condition::text) <= 32768),
  reported_by text not null check (reported_by in ('relay', 'worker')),
  primary key (farm_id, device_id)
);
create index devices_of_pc on public.devices (farm_id, pc_id);

alter table public.devices enable row level security;
revoke all on public.devices from public, anon, authenticated, service_role;
grant select on public.devices to authenticated;
grant select, insert, update, delete on public.devices to service_role;
-- Not `version`, `last_seen_at` and `reported_by`: those a worker does not choose. An upsert sets its key too.
grant insert (farm_id, device_id, serial_number, pc_id, status, health_status, battery_level, condition),
  update (farm_id, device_id, serial_number, pc_id, status, health_status, battery_level, condition)
  on public.devices to authenticated;

create policy "members and workers see their farm's devices" on public.devices
  for select to authenticated using (farm_id in (select tabfarm.visible_farms()));

create policy "a worker reports devices of its PC" on public.devices
  for insert to authenticated
  with check ((farm_id, pc_id) in (select own.farm_id, own.pc_id from tabfarm.own_pc() own));

-- A phone that moved over is another PC's row until now; which of those may be taken, judge_device says.
create policy "a worker updates devices of its PC" on public.devices
  for update to authenticated
  using (farm_id in (select own.farm_id from tabfarm.own_pc() own))
  with check ((farm_id, pc_id) in (select own.farm_id, own.pc_id from tabfarm.own_pc() own));

-- A PC that was heard of a short while ago holds the phones that it has not reported gone. The relay tells of one every
-- minute, a worker of itself more often.
create function tabfarm.is_pc_alive(farm uuid, pc text) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.workers w
    where w.farm_id = farm and w.pc_id = pc and w.last_seen_at > clock_timestamp() - interval '90 seconds'
  )
$$;
revoke all on function tabfarm.is_pc_alive(uuid, text) from public;
grant execute on function tabfarm.is_pc_alive(uuid, text) to authenticated, service_role;

-- What is refused here is left out of its statement, so that the other rows of a batch are written; `returning` tells
-- which they were.
create function tabfarm.judge_device() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and (new.farm_id, new.device_id) <> (old.farm_id, old.device_id) then
    raise exception 'device % keeps its farm and its id', old.device_id using errcode = 'check_violation';
  end if;

  if tabfarm.is_client() then
    if tg_op = 'UPDATE' and new.pc_id <> old.pc_id and old.status <> 'offline'
      and tabfarm.is_pc_alive(old.farm_id, old.pc_id) then
      return null;
    end if;
    new.reported_by := 'worker';
    new.last_seen_at := clock_timestamp();
    -- As the relay's: the time in ms, so that it is also above what the relay counted and could not write any more.
    new.version := floor(extract(epoch from clock_timestamp()) * 1000);
    if tg_op = 'UPDATE' then new.version := greatest(new.version, old.version + 1); end if;
  else
    if tg_op = 'UPDATE' and new.version <= old.version then return null; end if;
    new.reported_by := 'relay';
    new.last_seen_at := least(new.last_seen_at, clock_timestamp());
  end if;
  return new;
end
$$;
create trigger judge_device before insert or update on public.devices
  for each row execute function tabfarm.judge_device();
