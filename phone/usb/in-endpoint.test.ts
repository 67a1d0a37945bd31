import { expect, test } from "vitest";
import { makeInEndpoint } from "./in-endpoint.ts";
import { cancelled, gone } from "./transfer.ts";

const counted = (length: number, first = 0) => Uint8Array.from({ length }, (_, at) => (first + at) & 0xff);

test.each([
  [24, 512, 24],
  [512, 512, 512],
  [1000, 1024, 1000],
  [1024, 512, 512],
  [1024, 600, 512],
])("%i bytes written, %i asked for: %i come", async (written, asked, come) => {
  const endpoint = makeInEndpoint();
  void endpoint.write(counted(written)).catch(() => undefined);
  const { done } = endpoint.read(asked);
  const isBabble = written > asked && asked % 512 !== 0;
  expect(await done).toEqual({
    ok: true,
    status: isBabble ? "babble" : "ok",
    bytes: counted(come),
  });
});

test("a transfer goes on over writes of whole packets, and ends with a packet that is not full", async () => {
  const endpoint = makeInEndpoint();
  const { done } = endpoint.read(4096);
  void endpoint.write(counted(1024));
  void endpoint.write(counted(30, 7));
  void endpoint.write(counted(5));
  const end = await done;
  expect(end).toMatchObject({ ok: true, status: "ok" });
  expect(end.ok && end.bytes).toEqual(Uint8Array.from([...counted(1024), ...counted(30, 7)]));
  expect(await endpoint.read(512).done).toMatchObject({ bytes: counted(5) });
});

test("a write is over when the computer has read it all", async () => {
  const endpoint = makeInEndpoint();
  let isOver = false;
  const written = endpoint.write(counted(1024)).then(() => (isOver = true));
  await endpoint.read(512).done;
  expect(isOver).toBe(false);
  await endpoint.read(512).done;
  expect(await written).toBe(true);
});

test("a cancelled read takes nothing from the next one", async () => {
  const endpoint = makeInEndpoint();
  const first = endpoint.read(512);
  const second = endpoint.read(512);
  first.cancel();
  expect(await first.done).toBe(cancelled);
  void endpoint.write(counted(8));
  expect(await second.done).toMatchObject({ bytes: counted(8) });
});

test("what waits ends when the cable is pulled", async () => {
  const endpoint = makeInEndpoint();
  const { done } = endpoint.read(512);
  endpoint.clear(gone);
  expect(await done).toBe(gone);
  const written = endpoint.write(counted(8));
  endpoint.clear(gone);
  await expect(written).rejects.toThrow("closed");
});
