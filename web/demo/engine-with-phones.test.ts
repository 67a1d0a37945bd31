import { afterEach, describe, expect, test, vi } from "vitest";
import type { DebuggingAnswer } from "../../phone/display.ts";
import { serverPath } from "../engine/screen/scrcpy-server.ts";
import { closeFarms, deviceId, patient, png, serial, startFarm } from "./testing/farm.ts";

afterEach(closeFarms);

describe("a phone on the bus", () => {
  test("[B1] is claimed without a click and in the heartbeat with what it is", async () => {
    const farm = await startFarm();
    await farm.ready();
    await farm.isKnown();
    await vi.waitFor(() => {
      expect(farm.dashboard.last("device:status:update")).toMatchObject({
        model: "Pixel 8",
        manufacturer: "Google",
        android_version: "14",
        screen: { width: 1080, height: 2400 },
        battery_level: 87,
        state: "ready",
      });
    }, patient);
  });

  test("waits for the person, and is ready without a click when allowed", async () => {
    const answer = Promise.withResolvers<DebuggingAnswer>();
    const asked: string[] = [];
    const farm = await startFarm({ model: { isAdbSecure: true } }, (rig) => {
      rig.display.askDebugging = ({ keyName }) => {
        asked.push(keyName);
        return answer.promise;
      };
    });
    await vi.waitFor(
      () => expect(farm.state()).toMatchObject({ kind: "authorizing", problem: { code: "AUTH_PENDING" } }),
      patient,
    );
    await vi.waitFor(() => {
      expect(farm.dashboard.last("device:status:update")).toMatchObject({
        status: "offline",
        state: "authorizing",
        problem: { code: "AUTH_PENDING" },
      });
    }, patient);
    expect(asked).toEqual([expect.stringContaining("farm")]);
    answer.resolve("allow-always");
    await farm.ready();
    // The key is known from now on.
    farm.rig.unplug();
    await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "lost" }), patient);
    farm.rig.plug();
    await farm.ready();
    expect(asked).toHaveLength(1);
  });

  test("asks the person again when told to", async () => {
    const farm = await startFarm({ model: { isAdbSecure: true } }, (rig) => (rig.display.answer = undefined));
    await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "authorizing" }), patient);
    await vi.waitFor(() => expect(farm.rig.display.dialogs).toHaveLength(1), patient);
    farm.rig.display.answer = "allow";
    farm.request({ type: "claim", serialNumber: serial });
    await farm.ready();
    expect(farm.rig.display.dialogs).toHaveLength(2);
  });

  test("is gone within a second when unplugged and back within five when plugged again", async () => {
    const farm = await startFarm();
    await farm.ready();
    await farm.isKnown();
    farm.rig.unplug();
    await vi.waitFor(
      () =>
        expect(farm.dashboard.last("device:disconnected")).toMatchObject({
          device_id: deviceId,
          reason: "adb_lost",
        }),
      { timeout: 1000, interval: 10 },
    );
    await vi.waitFor(
      () => expect(farm.state()).toMatchObject({ kind: "lost", problem: { code: "UNPLUGGED" } }),
      patient,
    );
    farm.rig.plug();
    await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "ready" }), { timeout: 5000 });
  });

  test("[B5] is not taken for pulled by a worker that starts again and is slow to see it", async () => {
    const farm = await startFarm();
    await farm.ready();
    await farm.isKnown();
    farm.request({ type: "stop" });
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("stopped"), patient);
    const listed = Promise.withResolvers<undefined>();
    const devices = await farm.rig.usb.getDevices();
    vi.spyOn(farm.rig.usb, "getDevices").mockImplementationOnce(async () => {
      await listed.promise;
      return devices;
    });
    farm.startWorker();
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("connected"), patient);
    listed.resolve(undefined);
    await farm.ready();
    await farm.run({ command_type: "shell", params: { shellCommand: "true" } });
    expect(farm.dashboard.all("device:disconnected")).toEqual([]);
  });

  test("is in use while another program holds it, and claimed when that one lets go", async () => {
    const farm = await startFarm();
    await farm.ready();
    const other = farm.rig.addComputer();
    farm.request({ type: "stop" });
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("stopped"), patient);
    const [device] = await other.getDevices();
    await device?.open();
    await device?.claimInterface(0);
    farm.startWorker();
    await vi.waitFor(
      () => expect(farm.state()).toMatchObject({ kind: "unclaimed", problem: { code: "IN_USE" } }),
      patient,
    );
    await device?.close();
    await farm.ready();
  });
});

describe("[C7] a command on a phone", () => {
  test("shell answers both outputs and the exit code", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    expect(
      await farm.run({ command_type: "shell", params: { shellCommand: "echo 'a  b'; ls /nowhere" } }),
    ).toMatchObject({
      status: "completed",
      result: { stdout: "a  b\n", stderr: expect.stringContaining("/nowhere"), exit_code: 1 },
    });
  });

  test("screenshot is the display's own PNG with its size", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    expect(await farm.run({ command_type: "screenshot" })).toMatchObject({
      status: "completed",
      result: {
        mime: "image/png",
        base64: Buffer.from(png).toString("base64"),
        width: 1080,
        height: 2400,
      },
    });
  });

  test("taps, keys and texts arrive, whatever the characters", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    const { display } = farm.rig;
    await farm.run({ command_type: "tap", params: { x: 540, y: 1200 } });
    expect(display.pointers).toMatchObject([
      { action: "down", x: 540, y: 1200 },
      { action: "up", x: 540, y: 1200 },
    ]);
    await farm.run({ command_type: "keyevent", params: { keycode: 4 } });
    expect(display.keys).toMatchObject([{ action: "down", keyCode: 4 }, { action: "up" }]);
    await farm.run({ command_type: "text", params: { text: "it's 50%safe" } });
    expect(display.typed.join("")).toBe("it's 50%safe");
    expect(await farm.run({ command_type: "text", params: { text: "안녕하세요 🙂" } })).toMatchObject({
      status: "completed",
    });
    expect(display.clipboard).toBe("안녕하세요 🙂");
    expect(display.keys).toContainEqual(expect.objectContaining({ action: "down", keyCode: 279 }));
  });
});

test("a command under way fails with the reason when the cable is pulled", async () => {
  const farm = await startFarm();
  await farm.isKnown();
  const end = farm.run({ command_type: "shell", params: { shellCommand: "sleep 30" } });
  await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "busy" }), patient);
  farm.rig.unplug();
  expect(await end).toMatchObject({ status: "failed", error: expect.stringContaining("unplugged") });
});

describe("a relay", () => {
  test("that refuses the token is shown as such", async () => {
    const farm = await startFarm();
    await farm.ready();
    farm.request({
      type: "start",
      relayUrl: farm.relay.url,
      token: "wrong",
      pcId: "desk-1",
      keyName: "farm",
      mayReboot: false,
    });
    await vi.waitFor(
      () =>
        expect(farm.reports.at(-1)?.relay).toMatchObject({ kind: "refused", fault: { code: "AUTH_FAILED" } }),
      patient,
    );
    // The devices are held all the same: nothing is lost when the token is right again.
    await farm.ready();
  });

  test("[S7] whose worker comes back shows viewers their pictures again, although nobody asks", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    farm.cutWorker();
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("connecting"), patient);
    farm.stream.forget();
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
  });

  test("[S7] whose worker starts anew shows viewers their pictures again, although nobody asks", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    farm.request({ type: "stop" });
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("stopped"), patient);
    farm.stream.forget();
    farm.startWorker();
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
  });

  test("[S7] that was restarted while it was watched gets the phone and its pictures again", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    await farm.restartRelay();
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("connected"), patient);
    // A new relay knows no viewers: they ask again, the worker is asked by nobody else.
    const stream = await farm.connectViewer();
    await stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(stream.all("stream:frame").length).toBeGreaterThan(0), patient);
  });
});

describe("a watched phone", () => {
  test("[S1] sends frames while somebody watches, and none after", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    expect(farm.stream.last("stream:frame")).toMatchObject({
      device_id: deviceId,
      frame: "/9j/2Q==",
      width: 240,
      height: 536,
      screen_width: 1080,
      screen_height: 2400,
    });
    await vi.waitFor(
      () => expect(farm.reports.at(-1)?.devices[0]?.stream?.sent[0]?.size.width).toBe(240),
      patient,
    );
    // Touches now go over scrcpy's control socket, in the pixels of its video.
    await farm.run({ command_type: "tap", params: { x: 540, y: 1200 } });
    await vi.waitFor(() => expect(farm.rig.display.pointers).toHaveLength(2), patient);
    expect(farm.rig.display.pointers[0]).toMatchObject({ action: "down", x: 540, y: 1200 });
    await farm.stream.request("stream:stop", { device_id: deviceId });
    await vi.waitFor(() => expect(farm.reports.at(-1)?.devices[0]?.stream).toBeUndefined(), patient);
  });

  test("keeps the scrcpy server for the next session, and gets it again when it was cleaned away", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    const { files } = farm.rig.phone.android;
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    expect(files.stat(serverPath).ok).toBe(true);
    expect(files.remove(serverPath).ok).toBe(true);
    farm.rig.unplug();
    await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "lost" }), patient);
    farm.stream.forget();
    farm.rig.plug();
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    expect(files.stat(serverPath).ok).toBe(true);
  });

  test("shows its picture again after a replug, without anybody asking", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    farm.rig.unplug();
    await vi.waitFor(() => expect(farm.dashboard.last("device:disconnected")).toBeDefined(), patient);
    farm.stream.forget();
    farm.rig.plug();
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), {
      timeout: 5000,
    });
  });
});
