import type postgres from "postgres";
import { seedFarms } from "./identities.ts";
import { bootstrap, migrate } from "./migrations.ts";
import { startPostgres, type Postgres } from "./postgres.ts";

/** A Postgres with our migrations and two farms; `sql` is a superuser's. */
export async function openSeeded(): Promise<{ server: Postgres; sql: postgres.Sql }> {
  const server = await startPostgres();
  const sql = server.connect("supabase_admin");
  await bootstrap(sql);
  await migrate(server.connect("postgres"));
  await seedFarms(sql);
  return { server, sql };
}
