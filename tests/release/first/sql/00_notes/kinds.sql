insert into ml.kinds (name, description) values
    ('memo', 'For oneself'),
    ('letter', 'For another')
on conflict (name) do update set description = excluded.description;
