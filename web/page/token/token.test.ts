// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { takeToken, tokenInPasted, type TokenPlace } from "./token.ts";

let address: string | undefined;
beforeEach(() => {
  address = undefined;
  localStorage.clear();
});

function at(url: string): TokenPlace {
  return {
    location: new URL(url),
    history: { state: null, replaceState: (_state, _title, url) => (address = String(url)) },
    storage: localStorage,
  };
}

describe("the token", () => {
  test("is taken out of the address bar and kept by role", () => {
    expect(takeToken("worker", at("http://farm/worker?kiosk#token=abc%2Bd"))).toBe("abc+d");
    expect(address).toBe("/worker?kiosk");
    expect(localStorage.getItem("tabfarm.worker-token")).toBe("abc+d");
    expect(localStorage.getItem("tabfarm.dashboard-token")).toBeNull();
  });
  test("is the kept one when the address has none", () => {
    localStorage.setItem("tabfarm.dashboard-token", "kept");
    expect(takeToken("dashboard", at("http://farm/dashboard?device=x"))).toBe("kept");
    expect(address).toBeUndefined();
  });
  test("is replaced by a newer link's", () => {
    localStorage.setItem("tabfarm.dashboard-token", "old");
    expect(takeToken("dashboard", at("http://farm/dashboard#token=new"))).toBe("new");
  });
  test("may be missing", () => {
    expect(takeToken("worker", at("http://farm/worker#token="))).toBeUndefined();
  });
});

test.each([
  ["  abc \n", "abc"],
  ["http://127.0.0.1:8787/dashboard#token=abc", "abc"],
  ["http://127.0.0.1:8787/demo#worker_token=x&token=a%2Bb", "a+b"],
  ["two words", undefined],
  ["", undefined],
])("%j pasted is the token %j", (pasted, token) => {
  expect(tokenInPasted(pasted)).toBe(token);
});
