// The clock of the online store, set by the owner of the database: members and writers have no way to it.
import type postgres from "postgres";

/** Has the store go by public.clock from now on. */
export async function freezeClock(sql: postgres.Sql, at: Date): Promise<void> {
  await sql`create table public.clock (now timestamptz not null)`;
  await sql`insert into public.clock values (${at})`;
  await sql`create or replace function ml_private.online_clock() returns timestamptz language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select c.now from public.clock c $$`;
}

export const setClock = (sql: postgres.Sql, at: Date) => sql`update public.clock set now = ${at}`;
