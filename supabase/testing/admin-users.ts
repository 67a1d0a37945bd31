import type postgres from "postgres";
import * as v from "valibot";

const newUser = v.object({
  email: v.string(),
  password: v.optional(v.string()),
  app_metadata: v.optional(v.record(v.string(), v.string())),
});

/** `auth.admin.*` as far as tests need it, which lite has not got: make, list, look up and remove people. */
export function makeAdminUsers(
  sql: postgres.Sql,
  signUp: (email: string, password: string) => Promise<Response>,
) {
  async function create(request: Request): Promise<Response> {
    const {
      email,
      password = crypto.randomUUID(),
      app_metadata: appMetadata = {},
    } = v.parse(newUser, await request.json());
    const response = await signUp(email, password);
    if (!response.ok) return response;
    // lite keeps JSON as a string of JSON.
    await sql`update auth.users set raw_app_meta_data =
      to_jsonb(((raw_app_meta_data #>> '{}')::jsonb || ${sql.json(appMetadata)})::text) where email = ${email}`;
    // Signing up signs in, too, which the admin did not ask for.
    await sql`delete from auth.sessions where user_id = (select id from auth.users where email = ${email})`;
    const [user] = await find(sql`email = ${email}`);
    return Response.json(user);
  }

  function find(condition: postgres.PendingQuery<postgres.Row[]>): Promise<postgres.Row[]> {
    return sql`select id, aud, role, email, created_at, last_sign_in_at,
      (raw_app_meta_data #>> '{}')::jsonb as app_metadata, (raw_user_meta_data #>> '{}')::jsonb as user_metadata
      from auth.users where ${condition} order by created_at`;
  }

  /** Asked only for who came with the secret key. */
  return async (request: Request): Promise<Response> => {
    const id = /\/admin\/users\/([\w-]+)$/.exec(new URL(request.url).pathname)?.[1];
    if (id === undefined) {
      return request.method === "POST" ? create(request) : Response.json({ users: await find(sql`true`) });
    }
    const [user] = await find(sql`id = ${id}`);
    if (user === undefined)
      return Response.json({ error_code: "user_not_found", msg: "User not found" }, { status: 404 });
    if (request.method === "DELETE") await sql`delete from auth.users where id = ${id}`;
    return Response.json(request.method === "DELETE" ? {} : user);
  };
}
