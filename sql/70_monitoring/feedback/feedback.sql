create or replace function ml_private.check_feedback(actual text, rating integer, comment text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_feedback.actual is null and check_feedback.rating is null and check_feedback.comment is null then
        perform ml_private.raise_invalid('feedback is empty', 'empty_feedback', 'give at least one of actual, rating, comment');
    end if;
    if check_feedback.rating not between 1 and 5 then
        perform ml_private.raise_invalid(format('rating is %s', check_feedback.rating), 'invalid_rating', 'rate from 1 to 5');
    end if;
    if length(check_feedback.actual) not between 1 and 1000 then
        perform ml_private.raise_invalid('actual must have 1 to 1000 characters', 'invalid_actual', 'give the true label as the model would name it');
    end if;
    if length(check_feedback.comment) not between 1 and 10000 then
        perform ml_private.raise_invalid('comment must have 1 to 10000 characters', 'invalid_comment', 'shorten the comment');
    end if;
end
$$;

comment on function ml_private.check_feedback(text, integer, text) is '22023 unless there is some feedback and each part is within its bounds.';

create or replace function ml_private.uuid_time(id uuid)
returns timestamptz
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when substr(h.hex, 13, 1) = '7' then to_timestamp(('x' || left(h.hex, 12))::bit(48)::bigint / 1000.0) end
    from (select replace(uuid_time.id::text, '-', '') as hex) h
$$;

comment on function ml_private.uuid_time(uuid) is 'When a version 7 uuid was made (RFC 9562), to the millisecond; null for other versions.';

create or replace function ml_private.class_name(class jsonb)
returns text
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- As JavaScript writes it: 1.0 is the class 1.
    select case jsonb_typeof(class_name.class) when 'number' then trim_scale((class_name.class #>> '{}')::numeric)::text else class_name.class #>> '{}' end
$$;

comment on function ml_private.class_name(jsonb) is 'A class of a signature as predictions name it.';

-- A client may send the class 1 as 1.0, or true where an app's column is boolean.
create or replace function ml_private.class_named(version_id bigint, label text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select named.text
            from ml.model_versions v
            cross join lateral jsonb_array_elements(v.signature -> 'classes') with ordinality c (value, n)
            cross join lateral (select ml_private.class_name(c.value) as text) named
            cross join lateral (select case lower(class_named.label) when 'true' then '1' when 'false' then '0' else class_named.label end as text) l
            cross join lateral (select case named.text when 'true' then '1' when 'false' then '0' else named.text end as text) k
            where v.id = class_named.version_id and (
                named.text = class_named.label
                or jsonb_typeof(c.value) <> 'string' and case when l.text ~ '^[+-]?[0-9]{1,18}([.]0*)?$' then k.text = trunc(l.text::numeric)::text end)
            order by named.text = class_named.label desc, c.n
            limit 1
        ), class_named.label)
$$;

comment on function ml_private.class_named(bigint, text) is
    'The class of a version that a label means, as predictions name it; the label itself when it is none.';

-- api: viewer
create or replace function ml_private.submit_feedback(prediction_id uuid, actual text default null, rating integer default null, comment text default null)
returns ml.feedback
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    -- The inference function's ids carry their time, which spares a probe of every chunk of the log.
    v_made_at timestamptz := ml_private.uuid_time(submit_feedback.prediction_id);
    v_prediction record;
    v_feedback ml.feedback;
begin
    perform ml_private.require_role('viewer');
    perform ml_private.check_feedback(submit_feedback.actual, submit_feedback.rating, submit_feedback.comment);
    select p.served_at, p.model_id, p.version_id, p.predicted_label into v_prediction
    from ml.predictions p
    where p.id = submit_feedback.prediction_id
        and p.served_at between coalesce(v_made_at - interval '10 minutes', '-infinity') and coalesce(v_made_at + interval '10 minutes', 'infinity');
    if not found then
        perform ml_private.raise_unknown(
            'prediction', submit_feedback.prediction_id,
            'use the id that the prediction came back with; it is logged after the reply, so try again in a few seconds, and dropped after its retention'
        );
    end if;
    insert into ml.feedback as f (prediction_id, served_at, model_id, version_id, predicted_label, actual, rating, comment, submitted_by)
    values (
        submit_feedback.prediction_id, v_prediction.served_at, v_prediction.model_id, v_prediction.version_id, v_prediction.predicted_label,
        ml_private.class_named(v_prediction.version_id, submit_feedback.actual), submit_feedback.rating, submit_feedback.comment, ml_private.current_actor()
    )
    on conflict on constraint feedback_prediction_id_submitted_by_key do update
    set actual = coalesce(excluded.actual, f.actual), rating = coalesce(excluded.rating, f.rating),
        comment = coalesce(excluded.comment, f.comment), submitted_at = now()
    returning f.* into v_feedback;
    return v_feedback;
end
$$;

comment on function ml_private.submit_feedback(uuid, text, integer, text) is
    'Attach the true label (as the model names it), a rating of 1 to 5 or a comment to a prediction by its id. Sending again adds to and replaces '
    'the caller''s own. Returns the feedback. Needs viewer. Errors: 22023 empty_feedback, invalid_rating, invalid_actual, invalid_comment; PT404 '
    'prediction_not_found.';
