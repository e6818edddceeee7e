create table ml.members (
    user_id uuid not null,
    role text not null,
    added_by uuid,
    created_at timestamptz not null default now(),
    constraint members_user_id_pkey primary key (user_id),
    constraint members_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint members_role_check check (role in ('viewer', 'engineer', 'admin'))
);

comment on table ml.members is 'Who may do what: viewer < engineer < admin. Rows are written by ml.add_member and ml.remove_member only.';

comment on column ml.members.added_by is 'The admin who gave this role; null when the service role did.';
