import type { Stack } from "./start-stack.ts";

/** A farm's people and PCs in a stack: everybody signs in as `<name>@farm.example` with `password`. */
export const farm = "f0000000-0000-4000-8000-00000000000a";

export async function seedFarm({ sql, addUser }: Pick<Stack, "sql" | "addUser">): Promise<void> {
  const add = (name: string) => addUser(`${name}@farm.example`, "password");
  await sql`insert into farms (id, name) values (${farm}, 'Farm')`;
  for (const role of ["viewer", "operator", "admin"]) {
    await sql`insert into members (farm_id, user_id, role) values (${farm}, ${await add(role)}, ${role})`;
  }
  await add("stranger");
  await sql`insert into workers (farm_id, pc_id, user_id)
    values (${farm}, 'desk-1', ${await add("worker")}), (${farm}, 'desk-2', null)`;
}
