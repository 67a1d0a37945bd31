import { describe, expect, test } from "vitest";
import { makeBanner } from "./banner.ts";

const needs = {
  port: 8787,
  tokens: { worker: "w-1", dashboard: "d+1" },
  isTls: false,
  networkAddresses: ["192.168.1.5"],
  isWebAppBuilt: true,
};

describe("the banner", () => {
  test("has three links with the tokens in their fragments", () => {
    const links = makeBanner({ ...needs, host: "127.0.0.1" }).match(/http:\S+/g);
    expect(links).toEqual([
      "http://127.0.0.1:8787/demo#worker_token=w-1&dashboard_token=d%2B1",
      "http://127.0.0.1:8787/worker#token=w-1",
      "http://127.0.0.1:8787/dashboard#token=d%2B1",
    ]);
  });

  test("puts an IPv6 address in brackets", () => {
    expect(makeBanner({ ...needs, host: "::1" })).toContain("http://[::1]:8787/worker#");
  });

  test.each(["0.0.0.0", "::"])(
    "on %s shows localhost, the network's addresses and what they lack",
    (host) => {
      const banner = makeBanner({ ...needs, host });
      expect(banner).toContain("http://localhost:8787/demo#");
      expect(banner).toContain("http://192.168.1.5:8787/dashboard#token=d%2B1");
      expect(banner).toContain("https or localhost");
    },
  );

  test("has links without tokens when there are none, and none to the demo, which needs both", () => {
    expect(makeBanner({ ...needs, tokens: undefined, host: "127.0.0.1" }).match(/http:\S+/g)).toEqual([
      "http://127.0.0.1:8787/worker",
      "http://127.0.0.1:8787/dashboard",
    ]);
  });

  test("with TLS has https links and nothing they lack", () => {
    const banner = makeBanner({ ...needs, isTls: true, host: "0.0.0.0" });
    expect(banner).toContain("https://192.168.1.5:8787/dashboard#");
    expect(banner).not.toMatch(/http:|localhost there/);
  });

  test("says how to build the web app when it is not", () => {
    expect(makeBanner({ ...needs, host: "::1", isWebAppBuilt: false })).toContain("npm run build");
  });
});
