-- Whether more values are missing than in training: Fisher's exact test, upper tail.

create or replace function ml_private.log_factorial(n bigint)
returns double precision
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- Stirling's series; at 17 its first term left out is below 1e-15.
    select case
        when log_factorial.n <= 16 then coalesce((select sum(ln(k::double precision)) from generate_series(2, log_factorial.n) as k), 0)
        else (x + 0.5) * ln(x) - x + ln(2 * pi()) / 2 + 1 / (12 * x) - 1 / (360 * x ^ 3) + 1 / (1260 * x ^ 5) - 1 / (1680 * x ^ 7)
    end
    from (select log_factorial.n::double precision as x) d
$$;

comment on function ml_private.log_factorial(bigint) is 'ln n!.';

-- Given how many values are missing on both sides together, the number on one side is hypergeometric (Fisher 1935, The Logic of Inductive
-- Inference, J. R. Stat. Soc. 98). The terms fall off geometrically away from the mode, so the shorter way from the observed count is summed.
create or replace function ml_private.missing_p_value(reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint)
returns double precision
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_missing constant bigint := missing_p_value.reference_missing + missing_p_value.current_missing;
    v_rows constant bigint := missing_p_value.reference_rows + missing_p_value.current_rows;
    v_upper constant boolean := missing_p_value.current_missing * v_rows::double precision > v_missing * missing_p_value.current_rows::double precision;
    v_x bigint := case when v_upper then missing_p_value.current_missing else missing_p_value.current_missing - 1 end;
    v_lowest constant bigint := greatest(0, v_missing - missing_p_value.reference_rows);
    v_highest constant bigint := least(v_missing, missing_p_value.current_rows);
    v_term double precision;
    v_sum double precision;
begin
    if missing_p_value.current_missing <= v_lowest then
        return 1;
    end if;
    -- Not below e^-600: Postgres refuses what underflows.
    v_term := exp(greatest(
        -600,
        ml_private.log_factorial(missing_p_value.current_rows) - ml_private.log_factorial(v_x) - ml_private.log_factorial(missing_p_value.current_rows - v_x)
        + ml_private.log_factorial(missing_p_value.reference_rows) - ml_private.log_factorial(v_missing - v_x)
        - ml_private.log_factorial(missing_p_value.reference_rows - v_missing + v_x)
        - ml_private.log_factorial(v_rows) + ml_private.log_factorial(v_missing) + ml_private.log_factorial(v_rows - v_missing)));
    v_sum := v_term;
    while v_term > v_sum * 1e-17 and v_x <> case when v_upper then v_highest else v_lowest end loop
        if v_upper then
            v_term := v_term * (v_missing - v_x)::double precision * (missing_p_value.current_rows - v_x)
                / ((v_x + 1)::double precision * (missing_p_value.reference_rows - v_missing + v_x + 1));
            v_x := v_x + 1;
        else
            v_term := v_term * v_x::double precision * (missing_p_value.reference_rows - v_missing + v_x)
                / ((v_missing - v_x + 1)::double precision * (missing_p_value.current_rows - v_x + 1));
            v_x := v_x - 1;
        end if;
        v_sum := v_sum + v_term;
    end loop;
    return least(1, greatest(0, case when v_upper then v_sum else 1 - v_sum end));
end
$$;

comment on function ml_private.missing_p_value(bigint, bigint, bigint, bigint) is
    'Fisher''s exact test that values are missing no more often now than in the reference: P(at least as many among the current rows), given how '
    'many are missing in all.';
