// The privilege matrix as the catalog has it: role × table and role × function.
import type postgres from "postgres";

const roles = ["anon", "authenticated", "ml_worker", "service_role"];
const schemas = ["ml", "ml_private", "ml_datasets"];

const header = `# Who may use what, from the catalog. Refreshed by \`npm run golden\`.
# Tables: r select, a insert, w update, d delete, D truncate; r(columns) where only some columns are granted.
# Functions: X execute. A dash: nothing. Row-level security narrows this further; see api_access.txt for who is let in.
`;

export async function privilegeMatrix(sql: postgres.Sql): Promise<string> {
  const usage = await sql<{ line: string }[]>`
    select format('schema %s: %s', n.nspname, string_agg(r || '=' ||
        case when has_schema_privilege(r, n.oid, 'usage') then 'U' else '-' end, ' ' order by r)) as line
    from pg_namespace n cross join unnest(${roles}::text[]) r
    where n.nspname = any (${schemas})
    group by n.nspname order by n.nspname`;
  const sections = [
    header,
    ...usage.map((row) => row.line + "\n"),
    "\n",
    await tables(sql),
    "\n",
    await functions(sql),
  ];
  return sections.join("");
}

async function tables(sql: postgres.Sql): Promise<string> {
  const rows = await sql<{ name: string; role: string; granted: string }[]>`
    select n.nspname || '.' || c.relname as name, r as role,
        concat(
            case
                when has_table_privilege(r, c.oid, 'select') then 'r'
                when has_any_column_privilege(r, c.oid, 'select') then 'r(' || (
                    select string_agg(a.attname, ',' order by a.attnum) from pg_attribute a
                    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                        and has_column_privilege(r, c.oid, a.attnum, 'select')) || ')'
            end,
            case when has_any_column_privilege(r, c.oid, 'insert') then 'a' end,
            case when has_any_column_privilege(r, c.oid, 'update') then 'w' end,
            case when has_table_privilege(r, c.oid, 'delete') then 'd' end,
            case when has_table_privilege(r, c.oid, 'truncate') then 'D' end
        ) as granted
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join unnest(${roles}::text[]) r
    where n.nspname = any (${schemas}) and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    order by n.nspname collate "C", c.relname collate "C", r`;
  return matrixLines(rows);
}

async function functions(sql: postgres.Sql): Promise<string> {
  const rows = await sql<{ name: string; role: string; granted: string }[]>`
    select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name,
        r as role, case when has_function_privilege(r, p.oid, 'execute') then 'X' else '' end as granted
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    cross join unnest(${roles}::text[]) r
    where n.nspname = any (${schemas})
        and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    order by n.nspname collate "C", p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C", r`;
  return matrixLines(rows);
}

function matrixLines(rows: Iterable<{ name: string; role: string; granted: string }>): string {
  const lines = new Map<string, string[]>();
  for (const { name, role, granted } of rows) {
    const cells = lines.get(name) ?? [];
    cells.push(`${role}=${granted || "-"}`);
    lines.set(name, cells);
  }
  return [...lines].map(([name, cells]) => `${name}: ${cells.join(" ")}\n`).join("");
}
