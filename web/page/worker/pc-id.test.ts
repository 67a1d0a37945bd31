// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { isPcId, takePcId } from "./pc-id.ts";

beforeEach(() => {
  localStorage.clear();
});

test("a new PC gets a readable name and keeps it", () => {
  expect(takePcId("", localStorage, () => 0x7f3a / 0x1_0000)).toBe("pc-7f3a");
  expect(takePcId("", localStorage, () => 0.9)).toBe("pc-7f3a");
});

test("the address may name it, if it is a name", () => {
  expect(takePcId("?kiosk&pc_id=desk-9", localStorage)).toBe("desk-9");
  expect(takePcId("?pc_id=not%20a%20name", localStorage)).toBe("desk-9");
  expect(isPcId("")).toBe(false);
});
