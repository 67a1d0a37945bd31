import { describe, expect, test } from "vitest";
import { parseBatteryLevel } from "./battery.ts";
import { identityOf, parseScreenSize } from "./identity.ts";

describe("what a device says of itself", () => {
  test("is read from getprop and wm size", () => {
    expect(identityOf("Google\nPixel 8\n14\nPhysical size: 1080x2400\n")).toEqual({
      manufacturer: "Google",
      model: "Pixel 8",
      androidVersion: "14",
      screen: { width: 1080, height: 2400 },
    });
  });

  test("counts in the overridden size, which is what touches are measured in", () => {
    expect(parseScreenSize("Physical size: 1080x2400\nOverride size: 720x1600\n")).toEqual({
      width: 720,
      height: 1600,
    });
  });

  test("survives the line ends of a pseudo terminal", () => {
    expect(identityOf("samsung\r\nSM-A037F\r\n13\r\nPhysical size: 720x1600\r\n")?.model).toBe("SM-A037F");
  });

  test("is nothing while the device still boots", () => {
    expect(identityOf("Google\nPixel\n14\nError: Can't find service: window\n")).toBeUndefined();
    expect(identityOf("")).toBeUndefined();
  });
});

describe("the battery", () => {
  test("is read in percent", () => {
    expect(
      parseBatteryLevel("Current Battery Service state:\n  AC powered: false\n  level: 85\n  scale: 100\n"),
    ).toBe(85);
  });
  test("is scaled when the maker counts differently", () => {
    expect(parseBatteryLevel("  level: 127\n  scale: 255\n")).toBe(50);
  });
  test("is unknown when nothing says so", () => {
    expect(parseBatteryLevel("Can't find service: battery")).toBeUndefined();
  });
});
