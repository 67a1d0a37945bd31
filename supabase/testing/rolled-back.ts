import type postgres from "postgres";

/** Runs something in a transaction that leaves nothing behind. */
export async function rolledBack<Value>(
  sql: postgres.Sql,
  act: (sql: postgres.ISql) => Promise<Value>,
): Promise<Value> {
  const connection = await sql.reserve();
  try {
    await connection`begin`;
    return await act(connection);
  } finally {
    await connection`rollback`.finally(() => connection.release());
  }
}
