-- What dashboards live on while the relay is gone: a snapshot by REST, then changes on the private topic `farm:<farm_id>`.

create function tabfarm.iso_time(moment timestamptz) returns text
language sql immutable set search_path = ''
as $$ select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- A device as the relay's device:status:update tells it.
create function tabfarm.picture_of(device public.devices) returns jsonb
language sql stable set search_path = ''
as $$
  select device.condition || jsonb_strip_nulls(jsonb_build_object(
    'device_id', device.device_id,
    'serial_number', device.serial_number,
    'pc_id', device.pc_id,
    'version', device.version,
    'last_seen_at', tabfarm.iso_time(device.last_seen_at),
    'status', device.status,
    'health_status', device.health_status,
    'battery_level', device.battery_level
  ))
$$;

-- One farm's present state in one answer, which a project's limit of rows does not cut. Null for who may not see it.
create function public.farm_snapshot(farm uuid) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'now', tabfarm.iso_time(clock_timestamp()),
    'devices', (
      select coalesce(jsonb_agg(tabfarm.picture_of(d) order by d.device_id), '[]')
      from public.devices d where d.farm_id = farm
    ),
    'workers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'pc_id', w.pc_id, 'is_online', w.is_online, 'last_seen_at', tabfarm.iso_time(w.last_seen_at)
      ) order by w.pc_id), '[]')
      from public.workers w where w.farm_id = farm
    ),
    'groups', (
      select coalesce(jsonb_agg(jsonb_build_object('name', g.name, 'device_ids', (
        select coalesce(jsonb_agg(m.device_id order by m.device_id), '[]')
        from public.group_devices m where m.farm_id = farm and m.group_name = g.name
      )) order by g.name), '[]')
      from public.groups g where g.farm_id = farm
    )
  )
  from public.farms where id = farm
$$;
revoke all on function public.farm_snapshot(uuid) from public, anon;
grant execute on function public.farm_snapshot(uuid) to authenticated, service_role;

-- Sends pictures and removals, as few messages of less than 200 kB as they fit in: [{ farm_id, picture | removed }].
create function tabfarm.send_devices(changes jsonb) returns void
language sql security definer set search_path = ''
as $$
  with sized as (
    select change,
      (change ->> 'farm_id')::uuid as farm_id,
      sum(octet_length(change::text)) over (partition by change ->> 'farm_id' order by place) - octet_length(change::text)
        as bytes_before
    from jsonb_array_elements(changes) with ordinality as listed (change, place)
  )
  select realtime.send(
    jsonb_build_object(
      'now', tabfarm.iso_time(clock_timestamp()),
      'devices', coalesce(jsonb_agg(change -> 'picture') filter (where change ? 'picture'), '[]'),
      'removed', coalesce(jsonb_agg(change -> 'removed') filter (where change ? 'removed'), '[]')
    ),
    'devices', 'farm:' || farm_id, true
  )
  from sized
  -- The last row of a message may begin just below this and have some 33 kB.
  group by farm_id, div(bytes_before, 160000)
$$;

-- One message for all that a statement changed, and none for rows that say what they said.
create function tabfarm.tell_devices() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  changes jsonb;
begin
  if tg_op = 'INSERT' then
    select jsonb_agg(jsonb_build_object('farm_id', n.farm_id, 'picture', tabfarm.picture_of(n)))
      into changes from new_rows n;
  elsif tg_op = 'DELETE' then
    select jsonb_agg(jsonb_build_object('farm_id', o.farm_id, 'removed',
      jsonb_build_object('device_id', o.device_id, 'serial_number', o.serial_number, 'version', o.version)))
      into changes from old_rows o;
  else
    select jsonb_agg(jsonb_build_object('farm_id', n.farm_id, 'picture', tabfarm.picture_of(n)))
      into changes
      from new_rows n join old_rows o using (farm_id, device_id)
      where (n.serial_number, n.pc_id, n.status, n.health_status, n.battery_level, n.condition)
        is distinct from (o.serial_number, o.pc_id, o.status, o.health_status, o.battery_level, o.condition);
  end if;
  if changes is not null then perform tabfarm.send_devices(changes); end if;
  return null;
end
$$;
create trigger tell_new_devices after insert on public.devices
  referencing new table as new_rows for each statement execute function tabfarm.tell_devices();
create trigger tell_changed_devices after update on public.devices
  referencing old table as old_rows new table as new_rows for each statement execute function tabfarm.tell_devices();
create trigger tell_removed_devices after delete on public.devices
  referencing old table as old_rows for each statement execute function tabfarm.tell_devices();

revoke all on all functions in schema tabfarm from public;
grant execute on function tabfarm.iso_time(timestamptz), tabfarm.picture_of(public.devices) to authenticated, service_role;

-- Nobody may insert, so clients listen and only the database sends.
create policy "members and workers listen to their farm" on realtime.messages
  for select to authenticated
  using (
    extension = 'broadcast'
    and (select realtime.topic()) in (select 'farm:' || farm from tabfarm.visible_farms() farm)
  );
