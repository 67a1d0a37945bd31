import type { ProjectKeys } from "./farm.ts";

const variables = {
  url: "TABFARM_TEST_SUPABASE_URL",
  publishableKey: "TABFARM_TEST_SUPABASE_PUBLISHABLE_KEY",
  secretKey: "TABFARM_TEST_SUPABASE_SECRET_KEY",
} as const;

export const howToNameHosted = `not run on a hosted project, which ${Object.values(variables).join(", ")} would name`;

/** The hosted project that tests may make farms in; undefined when none is named. */
export function hostedProject(
  env: Record<string, string | undefined> = process.env,
): ProjectKeys | undefined {
  const missing = Object.values(variables).filter((name) => !env[name]);
  if (missing.length === Object.keys(variables).length) return undefined;
  if (missing.length > 0) throw new Error(`a hosted project for tests needs ${missing.join(" and ")}, too`);
  const valueOf = (part: keyof ProjectKeys): string => env[variables[part]] ?? "";
  return {
    url: valueOf("url"),
    publishableKey: valueOf("publishableKey"),
    secretKey: valueOf("secretKey"),
  };
}
