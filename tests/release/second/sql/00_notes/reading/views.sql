create or replace view ml.note_lengths
with (security_invoker = true)
as
select n.author, n.id, length(ml_private.shout(n.body)) as characters from ml.notes n;
