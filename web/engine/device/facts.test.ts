import { describe, expect, test } from "vitest";
import { parseBatteryLevel } from "./battery.ts";
import { identityOf, isNotAndroid, parseScreenSize } from "./identity.ts";

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

describe("[L7] no Android", () => {
  // Of Debian's adbd, whose sh is dash.
  const debian = { stdout: "", stderr: "sh: 1: getprop: not found\nsh: 4: wm: not found\n", exit_code: 127 };

  test("is where there is none of its programs", () => {
    expect(isNotAndroid(debian)).toBe(true);
  });

  test("is not where Android has not booted, nor in its recovery system", () => {
    const booting = {
      stdout: "Google\nPixel\n14\n",
      stderr: "cmd: Can't find service: window",
      exit_code: 20,
    };
    expect(isNotAndroid(booting)).toBe(false);
    expect(isNotAndroid({ ...booting, stdout: "\n\n\n" })).toBe(false);
    expect(isNotAndroid({ stdout: "Google\nPixel\n14\n", stderr: "wm: not found", exit_code: 127 })).toBe(
      false,
    );
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
