-- Compiled functions call others: a release may have changed both.
select ml_private.recompile_views();
