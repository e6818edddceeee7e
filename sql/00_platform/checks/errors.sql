-- Errors and the caller's role: the two things that every function of every domain begins with.

create or replace function ml_private.raise_error(sqlstate_code text, message text, code text, hint text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = raise_error.sqlstate_code,
        message = raise_error.message,
        detail = raise_error.code,
        hint = coalesce(raise_error.hint, '');
end
$$;

comment on function ml_private.raise_error(text, text, text, text) is
    'Raise an error in the one form callers see: message says what is wrong with which value, detail is a stable snake_case code, hint the remedy.';

create or replace function ml_private.raise_invalid(message text, code text default 'invalid_argument', hint text default null)
returns void
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.raise_error('22023', raise_invalid.message, raise_invalid.code, raise_invalid.hint) $$;

comment on function ml_private.raise_invalid(text, text, text) is 'A wrong argument: SQLSTATE 22023, HTTP 400.';

create or replace function ml_private.raise_missing(message text, code text default 'not_found', hint text default null)
returns void
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.raise_error('PT404', raise_missing.message, raise_missing.code, raise_missing.hint) $$;

comment on function ml_private.raise_missing(text, text, text) is 'A named thing does not exist: SQLSTATE PT404, HTTP 404.';

create or replace function ml_private.raise_unknown(what text, key anyelement, hint text default null)
returns void
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select ml_private.raise_missing(
        format('there is no %s %s', raise_unknown.what, coalesce(left(to_json(raise_unknown.key)::text, 300), 'null')),
        replace(raise_unknown.what, ' ', '_') || '_not_found', raise_unknown.hint)
$$;

comment on function ml_private.raise_unknown(text, anyelement, text) is
    'What the caller names does not exist: PT404 <what>_not_found, worded alike for every kind of thing. key: its name or id as the caller gave it.';

create or replace function ml_private.raise_conflict(message text, code text default 'conflict', hint text default null)
returns void
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.raise_error('PT409', raise_conflict.message, raise_conflict.code, raise_conflict.hint) $$;

comment on function ml_private.raise_conflict(text, text, text) is 'The state of things refuses the call: SQLSTATE PT409, HTTP 409.';

create or replace function ml_private.raise_duplicate(message text, code text default 'duplicate', hint text default null)
returns void
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.raise_error('23505', raise_duplicate.message, raise_duplicate.code, raise_duplicate.hint) $$;

comment on function ml_private.raise_duplicate(text, text, text) is 'The thing exists already: SQLSTATE 23505, HTTP 409.';
