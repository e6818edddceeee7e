insert into ml.kinds (name, description) values
    ('memo', 'For yourself'),
    ('letter', 'For another'),
    ('list', 'For the shop')
on conflict (name) do update set description = excluded.description;
