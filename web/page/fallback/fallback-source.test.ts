// @vitest-environment happy-dom
import { createClient } from "@supabase/supabase-js";
import { expect, test } from "vitest";
import { makeSupabaseSource } from "./fallback-source.ts";

const farmId = "11111111-2222-4333-8444-555555555555";

/** A project that takes only this token, and gives it for the one before. */
async function openProject(goodToken: string) {
  const asked: string[] = [];
  const client = createClient("https://project.example", "sb_publishable_x", {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch(input, init) {
        const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
        const token = new Headers(init?.headers).get("authorization")?.replace("Bearer ", "") ?? "";
        asked.push(`${pathname.split("/").at(-1)} ${searchParams.get("grant_type") ?? token}`);
        const isFirst = searchParams.get("grant_type") === "password";
        if (pathname.endsWith("/token")) {
          return answer(200, {
            access_token: isFirst ? "first" : "second",
            token_type: "bearer",
            expires_in: 3600,
            refresh_token: "r",
            user: { id: "u" },
          });
        }
        if (token !== goodToken) return answer(401, { code: "PGRST303", message: "JWT expired" });
        return answer(200, {
          now: "2026-11-23T04:20:00.000Z",
          devices: [{ bad: 1 }],
          workers: [],
          groups: [],
        });
      },
    },
  });
  await client.auth.signInWithPassword({ email: "anna@farm.example", password: "password" });
  asked.length = 0;
  return { source: makeSupabaseSource({ client, farmId }), asked };
}

function answer(status: number, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
}

test("[U22] a token that only this browser's late clock takes for a good one is renewed", async () => {
  const { source, asked } = await openProject("second");
  const told = await source.snapshot();
  expect(asked).toEqual(["farm_snapshot first", "token refresh_token", "farm_snapshot second"]);
  // What one worker wrote wrongly hides nothing else.
  expect(told).toEqual({
    ok: true,
    value: { now: "2026-11-23T04:20:00.000Z", devices: [], workers: [], groups: [] },
  });
});

test("a token that is not taken at all is said", async () => {
  const { source, asked } = await openProject("another");
  expect(await source.snapshot()).toEqual({ ok: false, reason: "JWT expired" });
  expect(asked).toHaveLength(3);
});
