alter table ml.notes enable row level security;
alter table ml.kinds enable row level security;

create policy notes_read on ml.notes for select to authenticated, service_role using ((select ml_private.may_read()));
create policy kinds_read on ml.kinds for select to authenticated, service_role using ((select ml_private.may_read()));

grant usage on schema ml, ml_private to authenticated, service_role;
grant select on ml.notes, ml.kinds, ml.note_lengths to authenticated, service_role;
grant execute on function ml_private.may_read() to authenticated, service_role;
