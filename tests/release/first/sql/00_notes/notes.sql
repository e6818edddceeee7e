create or replace function ml_private.may_read()
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$ select current_user <> 'anon' $$;

-- api: engineer
create or replace function ml_private.add_note(body text)
returns ml.notes
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_note ml.notes;
begin
    insert into ml.notes (body) values (add_note.body) returning * into v_note;
    return v_note;
end
$$;

comment on function ml_private.add_note(text) is 'Write a note down.';

-- api: viewer
create or replace function ml_private.count_notes()
returns bigint
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select count(*) from ml.notes $$;

comment on function ml_private.count_notes() is 'How many notes there are.';

create or replace function ml_private.find_note(id bigint)
returns ml.notes
language sql
stable
set search_path = pg_catalog, pg_temp
as $$ select n from ml.notes n where n.id = find_note.id $$;

create or replace function ml_private.shout(word text)
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$ select upper(shout.word) $$;

create or replace function ml_private.limit_stars()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.stars := least(new.stars, 5);
    return new;
end
$$;

create trigger limit_stars before insert or update on ml.notes for each row execute function ml_private.limit_stars();
