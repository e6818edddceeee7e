-- forms: both
-- The checks of arguments that every domain calls.
begin;
select plan(38);

select lives_ok(
    format('select ml_private.check_name(%L, %L)', n, 'name'),
    'check_name takes ' || left(n, 20)
)
from unnest(array['a', '_', 'Tumour_radius.mean-2', repeat('x', 128)]) n;

select tests.throws(
    format('select ml_private.check_name(%L, %L)', n, 'queue'), '22023', 'invalid_name',
    'check_name refuses ' || coalesce(to_json(left(n, 20))::text, 'null'), '^queue must be a name, not '
)
from unnest(array[null, '', '1a', 'a b', '-a', 'ä', e'a\n', 'a;drop', '"a"', repeat('x', 129)]) n;

select lives_ok(
    format('select ml_private.check_label(%L, %L)', n, 'label'),
    'check_label takes ' || left(n, 20)
)
from unnest(array['a', 'Größe über alles 🙂', repeat('ä', 250)]) n;

select tests.throws(
    format('select ml_private.check_label(%L, %L)', n, 'label'), '22023', 'invalid_label',
    'check_label refuses ' || coalesce(to_json(left(n, 20))::text, 'null'), '^label must be a line of text, not '
)
from unnest(array[null, '', '   ', e'a\tb', e'a\nb', e'a\u0001', e'a\u0085', repeat('x', 251)]) n;

select lives_ok($$ select ml_private.check_text('', 'text') $$, 'check_text takes an empty text');
select lives_ok(format($$ select ml_private.check_text(%L, 'text') $$, e'two\nlines'), 'check_text takes several lines');
select tests.throws($$ select ml_private.check_text(null, 'text') $$, '22023', 'invalid_text', 'check_text refuses null');
select tests.throws($$ select ml_private.check_text('abcd', 'text', 3) $$, '22023', 'invalid_text', 'check_text refuses more than its limit', '4 characters');

select lives_ok($$ select ml_private.check_json('null', 'payload') $$, 'check_json takes JSON null');
select lives_ok(
    $$ select ml_private.check_json(to_jsonb(repeat('x', 98)), 'payload', 100) $$, 'check_json takes exactly its limit: 98 letters and two quotes');
select tests.throws($$ select ml_private.check_json(null, 'payload') $$, '22023', 'invalid_json', 'check_json refuses SQL null');
select tests.throws(
    $$ select ml_private.check_json(to_jsonb(repeat('x', 99)), 'payload', 100) $$, '22023', 'too_large',
    'check_json refuses one byte more than its limit', 'payload has 101 bytes, the limit is 100');
select tests.throws(
    $$ select ml_private.check_json(to_jsonb(repeat('x', 1048575)), 'payload') $$, '22023', 'too_large', 'the limit is a mebibyte unless told');
select tests.throws(
    $$ select ml_private.check_json((select jsonb_agg('1e130000'::jsonb) from generate_series(1, 500)), 'payload') $$, '22023', 'number_out_of_range',
    'check_json refuses numbers whose text would be far longer than they are');
select tests.throws(
    $$ select ml_private.check_json((select jsonb_agg('1e-16000'::jsonb) from generate_series(1, 500)), 'payload') $$, '22023', 'number_out_of_range',
    'check_json refuses numbers with thousands of decimals');
select tests.throws(
    $$ select ml_private.check_json('[1e131071]', 'payload', 1000) $$, '22023', 'too_large', 'a small value is measured by its text as well');
select lives_ok(
    $$ select ml_private.check_json((select jsonb_agg(i * 1.7e300) from generate_series(-500, 500) i), 'payload') $$,
    'check_json takes any double, and zero');

select * from finish();
rollback;
