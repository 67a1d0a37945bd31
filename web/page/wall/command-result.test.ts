import { describe, expect, test } from "vitest";
import { screenshotBlob, screenshotOf, shellOutputOf } from "./command-result.ts";

describe("what a shell command said", () => {
  test("is shown with its exit code", () => {
    const result = { stdout: "a", stderr: "b", exit_code: 3 };
    expect(shellOutputOf("shell", result)).toEqual(result);
  });
  test("is shown as it came when the worker knows only the document", () => {
    expect(shellOutputOf("shell", "up 3 days")).toEqual({ stdout: "up 3 days", stderr: "" });
    expect(shellOutputOf("shell", { out: 1 })?.stdout).toContain('"out": 1');
  });
  test("is nothing for what is no shell command, or has not ended", () => {
    expect(shellOutputOf("tap", "x")).toBeUndefined();
    expect(shellOutputOf("shell", undefined)).toBeUndefined();
  });
});

describe("a screenshot", () => {
  test("is a PNG of a known size", () => {
    const result = { mime: "image/png", base64: "iVBORw0KGgo=", width: 1080, height: 2400 };
    expect(screenshotOf("screenshot", result)).toEqual({
      url: "data:image/png;base64,iVBORw0KGgo=",
      extension: "png",
      size: { width: 1080, height: 2400 },
    });
  });
  test("may be bare base64, whose first bytes say what it is", () => {
    expect(screenshotOf("screenshot", "/9j/4AAQSkZJRgABAQAA")).toEqual({
      url: "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAA",
      extension: "jpg",
    });
    expect(screenshotOf("screenshot", "data:image/png;base64,iVBORw0KGgoAAAAN")?.extension).toBe("png");
  });
  test("is nothing when it is no picture", () => {
    expect(screenshotOf("screenshot", "javascript:alert(1)")).toBeUndefined();
  });
  test("is a file of the same bytes", async () => {
    const blob = screenshotBlob({ url: "data:image/png;base64,iVBORw0KGgo=", extension: "png" });
    expect(blob.type).toBe("image/png");
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    );
  });
});
