-- Groups, jobs and their assignments: the relay writes them, members read them.

create table public.groups (
  farm_id uuid not null references public.farms (id) on delete cascade,
  name text not null check (length(name) between 1 and 256),
  primary key (farm_id, name)
);

-- A member need not be a device that was ever reported.
create table public.group_devices (
  farm_id uuid not null,
  group_name text not null,
  device_id uuid not null,
  primary key (farm_id, group_name, device_id),
  foreign key (farm_id, group_name) references public.groups (farm_id, name) on update cascade on delete cascade
);

create table public.jobs (
  farm_id uuid not null references public.farms (id) on delete cascade,
  job_id text not null check (length(job_id) between 1 and 128),
  name text not null,
  steps jsonb not null default '[]',
  created_by text not null,
  created_at timestamptz (3) not null default clock_timestamp(),
  status text not null check (status in ('running', 'completed', 'failed', 'cancelled')),
  ended_at timestamptz (3),
  primary key (farm_id, job_id)
);
create index jobs_by_time on public.jobs (farm_id, created_at desc);

-- A worker that knows only the event document tells of jobs that nobody created here, so `job_id` refers to nothing.
create table public.assignments (
  farm_id uuid not null references public.farms (id) on delete cascade,
  assignment_id text not null check (length(assignment_id) between 1 and 128),
  job_id text not null check (length(job_id) between 1 and 128),
  device_id uuid not null,
  status text not null check (status in ('waiting', 'running', 'completed', 'failed', 'cancelled')),
  progress_pct double precision check (progress_pct between 0 and 100),
  current_step text,
  elapsed_sec double precision check (elapsed_sec >= 0),
  final_duration_sec double precision check (final_duration_sec >= 0),
  did_like boolean,
  did_comment boolean,
  did_playlist boolean,
  error_code text,
  error_message text,
  updated_at timestamptz (3) not null default clock_timestamp(),
  primary key (farm_id, assignment_id)
);
create index assignments_of_job on public.assignments (farm_id, job_id);

alter table public.groups enable row level security;
alter table public.group_devices enable row level security;
alter table public.jobs enable row level security;
alter table public.assignments enable row level security;
revoke all on public.groups, public.group_devices, public.jobs, public.assignments
  from public, anon, authenticated, service_role;
grant select on public.groups, public.group_devices, public.jobs, public.assignments to authenticated;
grant select, insert, update, delete on public.groups, public.group_devices, public.jobs, public.assignments
  to service_role;

create policy "members see their farm's groups" on public.groups
  for select to authenticated using (farm_id in (select tabfarm.farms_as('viewer')));
create policy "members see their farm's groups" on public.group_devices
  for select to authenticated using (farm_id in (select tabfarm.farms_as('viewer')));
create policy "members see their farm's jobs" on public.jobs
  for select to authenticated using (farm_id in (select tabfarm.farms_as('viewer')));
create policy "members see their farm's jobs" on public.assignments
  for select to authenticated using (farm_id in (select tabfarm.farms_as('viewer')));
