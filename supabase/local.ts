import { once } from "node:events";
import { parseArgs } from "node:util";
import { farm, seedFarm } from "./testing/farm.ts";
import { howToGetPostgres, findPostgres } from "./testing/postgres.ts";
import { startStack } from "./testing/start-stack.ts";

/** `npm run supabase:local [-- --port 54321]`: a project with our migrations and a farm in it, gone when it is stopped. */

const { values } = parseArgs({ options: { port: { type: "string", default: "54321" } } });
if (findPostgres() === undefined) {
  process.stdout.write(`supabase:local: no PostgreSQL 15 or newer: ${howToGetPostgres}\n`);
  process.exit(1);
}
const stack = await startStack({ port: Number(values.port), redirectUrls: ["http://127.0.0.1/**"] });
await seedFarm(stack);
process.stdout.write(`Supabase on PostgreSQL ${stack.postgres.version}, for this machine alone

  SUPABASE_URL=${stack.url}
  SUPABASE_PUBLISHABLE_KEY=${stack.publishableKey}
  SUPABASE_SECRET_KEY=${stack.secretKey}
  the farm's id is ${farm}

viewer@, operator@, admin@, stranger@ and worker@farm.example (of desk-1) sign in with "password". Ctrl+C ends it all.
`);
await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await stack.close();
