// A database whose serving functions answer what they are told, and write down as whom they were called. For tests of what is around them.
import { connect } from "../support/templates.ts";
import { testDatabase } from "../support/database.ts";

export interface Called {
  name: string;
  role: string;
  claims: Record<string, unknown>;
  args: Record<string, unknown>;
}

export interface StandIn {
  url: string;
  /** The answers by model ("*": any other); what was written down is forgotten. */
  prepare(answers: Record<string, unknown>): Promise<void>;
  calls(): Promise<Called[]>;
  close(): Promise<void>;
}

// A model named `raise [code, message, detail]` fails so; what such a call wrote down is undone with it.
const standIns = `
  create table public.answers (model text primary key, answer jsonb not null);
  create table public.called (name text, role text, claims jsonb, args jsonb, id bigint generated always as identity);
  create function public.note(name text, args jsonb) returns void language sql security definer as $$
    insert into public.called (name, role, claims, args)
    values (note.name, current_setting('role'), current_setting('request.jwt.claims')::jsonb, note.args) $$;
  create function public.answer_of(model text) returns jsonb language sql security definer as $$
    select a.answer from public.answers a where a.model in (answer_of.model, '*') order by a.model = '*' limit 1 $$;
  create function public.leave() returns void language sql security definer as $$
    select pg_terminate_backend(pg_backend_pid()); select pg_sleep(1) $$;
  create or replace function ml.resolve_prediction(
    model text, entities jsonb default null, version integer default null, refusals boolean default false)
  returns jsonb language plpgsql security invoker as $$
  declare
    v_failure jsonb := case when model like 'raise %' then substr(model, 7)::jsonb end;
  begin
    if v_failure ->> 0 = 'terminate' then
      perform public.leave();
    elsif v_failure is not null then
      raise exception using errcode = v_failure ->> 0, message = v_failure ->> 1, detail = v_failure ->> 2;
    end if;
    perform public.note('resolve_prediction',
      jsonb_build_object('model', model, 'entities', entities, 'version', version, 'refusals', refusals));
    return public.answer_of(model);
  end $$;
  create or replace function ml.log_predictions(predictions jsonb) returns integer language plpgsql security invoker as $$
  begin
    perform public.note('log_predictions', jsonb_build_object('predictions', predictions));
    return 1;
  end $$;
`;

export async function openStandIn(): Promise<StandIn> {
  const database = await testDatabase();
  await database.sql.unsafe(standIns);
  const sql = connect(database.url);
  return {
    url: database.url,
    async prepare(answers) {
      await sql`truncate public.answers, public.called`;
      const rows = Object.entries(answers).map(([model, answer]) => ({ model, answer: sql.json(answer as never) }));
      for (const row of rows) {
        await sql`insert into public.answers (model, answer) values (${row.model}, ${row.answer})`;
      }
    },
    calls: async () => [...await sql<Called[]>`select name, role, claims, args from public.called order by id`],
    async close() {
      await sql.end();
      await database.drop();
    },
  };
}
