import { expect, test, vi } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { makeAskingWindow, windowBytes } from "./send-window.ts";

/** A window whose receipts are given by hand, in order. */
function makeWindow() {
  const receipts: (() => void)[] = [];
  const onReceipt = vi.fn<() => void>();
  const window = makeAskingWindow(() => new Promise((resolve) => receipts.push(resolve)), onReceipt);
  async function giveReceipt(): Promise<void> {
    const calls = onReceipt.mock.calls.length;
    receipts.shift()?.();
    await eventually(() => expect(onReceipt).toHaveBeenCalledTimes(calls + 1));
  }
  return { window, receipts, giveReceipt };
}

test("[S4] the window is shut when as much as it holds is under way, and opens with a receipt", async () => {
  const { window, giveReceipt } = makeWindow();
  window.sent(windowBytes - 1);
  expect(window.isOpen()).toBe(true);
  window.sent(1);
  expect(window.isOpen()).toBe(false);
  await giveReceipt();
  expect(window.isOpen()).toBe(true);
});

test("a shut window always has a receipt under way, whatever the sizes", async () => {
  for (const size of [1000, 5000, 33_333, 49_151, 49_152, 70_000, 500_000]) {
    const { window, receipts, giveReceipt } = makeWindow();
    for (let round = 0; round < 20; round += 1) {
      while (window.isOpen()) window.sent(size);
      expect(receipts.length).toBeGreaterThan(0);
      await giveReceipt();
    }
  }
});

test("small frames share a receipt", () => {
  const { window, receipts } = makeWindow();
  for (let count = 0; count < 9; count += 1) window.sent(windowBytes / 36);
  expect(receipts).toHaveLength(1);
});
