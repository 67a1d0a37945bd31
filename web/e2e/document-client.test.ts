import type { Browser, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { openFarm, type Farm } from "./farm.ts";

/**
 * Clients that know only the event document: default Socket.IO options, base64 frames, no acknowledgements, none of
 * our additions. Each meets our other half over a real port.
 */

type Payload = Record<string, unknown>;

let farm: Farm;
let browser: Browser;

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await farm.close();
});

/** The first event that fits, from now on. */
function hear(
  socket: Socket,
  event: string,
  fits: (payload: Payload) => boolean = () => true,
): Promise<Payload> {
  return new Promise((resolve) => {
    const listen = (payload: Payload): void => {
      if (!fits(payload)) return;
      socket.off(event, listen);
      resolve(payload);
    };
    socket.on(event, listen);
  });
}

describe("a dashboard that knows only the document, with our worker", () => {
  let page: Page;
  let dashboard: Socket;
  let stream: Socket;
  let phone: Payload;

  beforeAll(async () => {
    dashboard = await farm.connect("/dashboard");
    stream = await farm.connect("/stream");
    // A client without device:list must listen from the start: a phone that does not change is not told of again.
    const ready = hear(
      dashboard,
      "device:status:update",
      ({ status, health_status }) => status === "idle" && health_status === "healthy",
    );
    page = await browser.newPage();
    await page.goto(farm.demoUrl);
    phone = await ready;
  }, 60_000);

  afterAll(() => page.close());

  const command = (command_type: string, params: Payload): Promise<Payload> => {
    const command_id = crypto.randomUUID();
    const ended = hear(
      dashboard,
      "command:ack",
      (ack) =>
        ack["command_id"] === command_id && (ack["status"] === "completed" || ack["status"] === "failed"),
    );
    dashboard.emit("command:send", { command_id, device_id: phone["device_id"], command_type, params });
    return ended;
  };

  test("[C1] commands are acked and come back with results", async () => {
    const received = hear(dashboard, "command:ack", ({ status }) => status === "received");
    const shell = command("shell", { shellCommand: "echo hello; echo oops >&2; (exit 3)" });
    expect(await received).toMatchObject({ device_id: phone["device_id"] });
    expect(await shell).toMatchObject({
      status: "completed",
      result: { stdout: "hello\n", stderr: "oops\n", exit_code: 3 },
    });
    expect(await command("tap", { x: 300, y: 500 })).toMatchObject({ status: "completed" });
    expect(await command("swipe", { x: 300, y: 900, x2: 300, y2: 300, duration: 200 })).toMatchObject({
      status: "completed",
    });
    expect(await command("keyevent", { keycode: 3 })).toMatchObject({ status: "completed" });
    expect(await command("text", { text: "hello" })).toMatchObject({ status: "completed" });
    expect(await command("screenshot", {})).toMatchObject({
      status: "completed",
      result: { mime: "image/png" },
    });
  });

  test("[S2] frames are base64 JPEG of the asked size", async () => {
    // Whoever watches it already saw it smaller: so are the frames until the phone encodes it larger.
    const frame = hear(
      stream,
      "stream:frame",
      ({ width, height }) => Math.min(Number(width), Number(height)) >= 240,
    );
    stream.emit("stream:start", { device_id: phone["device_id"], quality: "low", fps: 5 });
    const { frame: jpeg, width, height, timestamp, device_id } = await frame;
    expect(device_id).toBe(phone["device_id"]);
    expect(jpeg).toBeTypeOf("string");
    expect(Buffer.from(String(jpeg), "base64").subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(Math.min(Number(width), Number(height))).toBe(240);
    expect(timestamp).toBeTypeOf("number");
    stream.emit("stream:stop", { device_id: phone["device_id"] });
  });

  test("errors come as the document's event", async () => {
    const error = hear(dashboard, "error");
    dashboard.emit("command:send", {
      command_id: crypto.randomUUID(),
      device_id: "00000000-0000-4000-8000-000000000000",
      command_type: "tap",
      params: { x: 1, y: 1 },
    });
    expect(await error).toMatchObject({ code: "DEVICE_NOT_FOUND" });
  });
});

describe("a worker that knows only the document, with our dashboard", () => {
  const serial = "DOC0001";
  let page: Page;
  let worker: Socket;
  let stream: Socket;
  const heartbeat = (): void => {
    const devices = [{ serial_number: serial, status: "idle", adb_connected: true, battery_level: 55 }];
    worker.emit("worker:heartbeat", { pc_id: "doc-pc", timestamp: new Date().toISOString(), devices });
  };

  beforeAll(async () => {
    worker = await farm.connectWorker("doc-pc", "/worker");
    stream = await farm.connectWorker("doc-pc", "/stream");
    const ack = hear(worker, "worker:heartbeat:ack");
    heartbeat();
    expect(await ack).toMatchObject({ received_at: expect.any(String), pending_commands: 0 });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(farm.dashboardUrl);
  }, 60_000);

  afterAll(() => page.close());

  test("[S1] its frames are on the wall", async () => {
    const asked = hear(stream, "stream:start", () => true);
    const tile = page.getByRole("article", { name: new RegExp(serial) });
    await tile.waitFor();
    const { device_id, quality } = await asked;
    expect(quality).toBe("low");
    const frame = await jpegOf(page, "#33cc66", 240, 426);
    stream.emit("stream:frame", { device_id, timestamp: Date.now(), frame, width: 240, height: 426 });
    const green = (): Promise<number> =>
      tile.locator("img").evaluate((image: HTMLImageElement) => {
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        if (image.naturalWidth > 0) context?.drawImage(image, 0, 0, 1, 1);
        return context?.getImageData(0, 0, 1, 1).data[1] ?? 0;
      });
    await expect.poll(green, { timeout: 10_000 }).toBeGreaterThan(150);
  });

  test("[C1] commands reach it with the serial number, and its acks come back", async () => {
    const tile = page.getByRole("article", { name: new RegExp(serial) });
    await tile.getByRole("button", { name: /^Open/ }).click();
    const command = hear(worker, "command:send");
    await page.getByLabel("Shell command").fill("uptime");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const { command_id, device_id, command_type, params } = await command;
    expect({ command_type, params }).toEqual({ command_type: "shell", params: { shellCommand: "uptime" } });
    worker.emit("command:ack", { command_id, device_id, status: "received" });
    worker.emit("command:ack", { command_id, device_id, status: "completed", result: "up 3 days" });
    await page.getByText("up 3 days").first().waitFor();
  });
});

/** A JPEG made by the browser, since Node has no encoder. */
async function jpegOf(page: Page, colour: string, width: number, height: number): Promise<string> {
  return page.evaluate(
    ([colour, width, height]) => {
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d");
      if (context) {
        context.fillStyle = colour;
        context.fillRect(0, 0, width, height);
      }
      return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
    },
    [colour, width, height] as const,
  );
}
