alter table ml.notes enable row level security;
alter table ml.kinds enable row level security;
alter table ml.readers enable row level security;

create policy notes_read_by_members on ml.notes for select to authenticated, service_role using ((select ml_private.may_read('viewer')));
create policy kinds_read on ml.kinds for select to authenticated, service_role using ((select ml_private.may_read()));

grant usage on schema ml, ml_private to authenticated, service_role, ml_worker;
-- Members no longer read the notes themselves.
grant select on ml.notes to service_role;
grant select on ml.kinds, ml.note_lengths to authenticated, service_role;
grant execute on function ml_private.may_read(text) to authenticated, service_role;
