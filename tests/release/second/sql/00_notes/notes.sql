-- Called by policies: they must go before it can have another argument.
create or replace function ml_private.may_read(role text default 'viewer')
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$ select current_user <> 'anon' and may_read.role = 'viewer' $$;

-- api: engineer, worker; timeout 15min
create or replace function ml_private.add_note(body text, author text default 'nobody')
returns ml.notes
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_note ml.notes;
begin
    insert into ml.notes (body, author) values (add_note.body, add_note.author) returning * into v_note;
    return v_note;
end
$$;

comment on function ml_private.add_note(text, text) is 'Write a note down, with who says so.';

-- api: viewer
create or replace function ml_private.list_notes(author text default null)
returns ml.notes[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select array_agg(n order by n.id) from ml.notes n where list_notes.author is null or n.author = list_notes.author
$$;

comment on function ml_private.list_notes(text) is 'All notes, or one author''s.';

-- Another result.
create or replace function ml_private.find_note(id bigint)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$ select n.body from ml.notes n where n.id = find_note.id $$;

-- Another name of its argument; a view calls it.
create or replace function ml_private.shout(phrase text)
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$ select upper(shout.phrase) $$;

create or replace function ml_private.refuse_empty()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.body = '' then
        raise exception 'a note says something';
    end if;
    return new;
end
$$;

create trigger refuse_empty before insert on ml.notes for each row execute function ml_private.refuse_empty();
