-- The bucket of artifacts: members read, engineers and workers write, nobody changes or deletes.
begin;
select plan(17);

select is((select public from storage.buckets where id = 'ml-artifacts'), false, 'the bucket exists and is private');
insert into storage.buckets (id, name) values ('users-own', 'users-own');
insert into storage.objects (bucket_id, name) values ('ml-artifacts', repeat('0', 64)), ('users-own', repeat('0', 64));
create function pg_temp.upload(digit text, bucket text default 'ml-artifacts') returns text language sql as
    $$ select format('insert into storage.objects (bucket_id, name) values (%L, %L)', bucket, repeat(digit, 64)) $$;

select tests.become('viewer');
select is((select count(*) from storage.objects where name = repeat('0', 64)), 1::bigint, 'a viewer reads artifacts, and no other bucket for that');
select tests.refuses(pg_temp.upload('1'), 'a viewer uploads none');
select tests.become('stranger');
select is((select count(*) from storage.objects), 0::bigint, 'a stranger reads none');
select tests.refuses(pg_temp.upload('1'), 'and uploads none');
select tests.become('anon');
select is((select count(*) from storage.objects), 0::bigint, 'nor does anon');
select tests.become('engineer');
select lives_ok(pg_temp.upload('1'), 'an engineer uploads');
select tests.refuses($$ insert into storage.objects (bucket_id, name) values ('ml-artifacts', 'model.pkl') $$, 'only under a sha256');
select tests.refuses($$ insert into storage.objects (bucket_id, name) values ('ml-artifacts', repeat('A', 64)) $$, 'in lower case');
select tests.refuses(pg_temp.upload('1', 'users-own'), 'and not into other buckets');
update storage.objects set metadata = '{"size": 1}' where name = repeat('1', 64);
select is((select metadata from storage.objects where name = repeat('1', 64)), null, 'an upload changes no object');
delete from storage.objects;
select is((select count(*) from storage.objects where bucket_id = 'ml-artifacts'), 2::bigint, 'nor deletes one');
select tests.become('ml_worker');
select lives_ok(pg_temp.upload('2'), 'a worker uploads');
select is((select count(*) from storage.objects), 3::bigint, 'and reads artifacts, no other bucket');
select tests.refuses($$ update storage.objects set name = repeat('3', 64) $$, 'a worker changes none');
select tests.refuses($$ delete from storage.objects $$, 'and deletes none');
select tests.refuses(pg_temp.upload('3', 'users-own'), 'nor writes into other buckets');

select tests.reset();
select * from finish();
rollback;
