import { readdir, readFile } from "node:fs/promises";
import type postgres from "postgres";

const folder = new URL("../migrations/", import.meta.url);

/** What a hosted project is there with, for a bare Postgres; as a superuser. */
export async function bootstrap(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(await readFile(new URL("../local/bootstrap.sql", import.meta.url), "utf8"));
}

/** Every migration once, each in a transaction, as `supabase db push` does; as `postgres`. */
export async function migrate(sql: postgres.Sql): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  for (const name of names) {
    const text = await readFile(new URL(name, folder), "utf8");
    await sql
      .begin((transaction) => transaction.unsafe(text))
      .catch((failure: unknown) => {
        throw new Error(`migration ${name}`, { cause: failure });
      });
  }
}
