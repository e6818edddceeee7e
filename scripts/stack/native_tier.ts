import { createPostgresConnection } from "@supabase/lite/postgres";
import { startPostgres } from "./postgres_server.ts";
import type { TierDatabase } from "./tier.ts";

/** A PostgreSQL server of our own, with temporary data unless a folder is given. */
export async function openNative(dataDir?: string): Promise<TierDatabase> {
  const server = await startPostgres({ dataDir });
  const connection = createPostgresConnection({
    url: server.url,
    postgresOptions: { max: 10, prepare: false, onnotice: () => {} },
  });
  return {
    connection,
    url: server.url,
    isolate: (body) => body(),
    async close() {
      await connection.close();
      await server.stop();
    },
  };
}
