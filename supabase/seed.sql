-- Demo data: an app's table to try the first feature view on. Running it again changes nothing.
create table if not exists public.order_totals (
    customer_id bigint not null,
    total double precision not null,
    updated_at timestamptz not null,
    constraint order_totals_customer_id_updated_at_pkey primary key (customer_id, updated_at)
);

comment on table public.order_totals is 'Demo data: what each of 100 customers had ordered in all by the end of each of ten days.';

alter table public.order_totals enable row level security;
grant select, insert, update, delete on public.order_totals to service_role;

insert into public.order_totals (customer_id, total, updated_at)
select c, 10 * d + (c * 37 + d * 11) % 100, date_trunc('day', now()) - make_interval(days => 10 - d)
from generate_series(1, 100) as c, generate_series(1, 10) as d
where not exists (select from public.order_totals)
on conflict do nothing;
