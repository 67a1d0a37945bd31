import type { Rotation } from "../../display.ts";
import { errnoText } from "../errno.ts";
import { absolute, type CommandTable, complain, print, type Process } from "../process.ts";

const rotations: readonly Rotation[] = [0, 1, 2, 3];

export const screenCommands: CommandTable = {
  async wm(process) {
    const { display, model } = process.android;
    if (process.args.length === 1 && process.args[0] === "size") {
      await print(
        process.output,
        `Physical size: ${display.naturalSize.width}x${display.naturalSize.height}\n`,
      );
      return 0;
    }
    if (process.args.length === 1 && process.args[0] === "density") {
      await print(process.output, `Physical density: ${model.density}\n`);
      return 0;
    }
    if (process.args.length === 1 && process.args[0] === "dismiss-keyguard") {
      if (display.isAwake) display.keyguard.dismiss();
      return 0;
    }
    // `wm user-rotation lock 1`, before Android 13 `wm set-user-rotation lock 1`.
    const [verb, lock, turns] = process.args;
    const rotation = rotations.find((candidate) => String(candidate) === turns);
    if (/^(?:set-)?user-rotation$/.test(verb ?? "") && lock === "lock" && rotation !== undefined) {
      display.rotate(rotation);
      return 0;
    }
    // This window manager cannot pretend to another size.
    return await complain(process, `Unknown command: ${process.args.join(" ")}`, 255);
  },

  /** Of "Screen lock" only Swipe and None: a secret would have to be known to whoever unlocks. */
  async locksettings({ args: [verb = "", value], android, output, errors }) {
    const { keyguard } = android.display;
    if (verb === "get-disabled") await print(output, `${!keyguard.isEnabled}\n`);
    else if (verb === "set-disabled" && value !== undefined) {
      keyguard.isEnabled = value !== "true";
      await print(output, `Lock screen disabled set to ${!keyguard.isEnabled}\n`);
    } else await print(errors, `Unknown command: ${verb}\n`);
    return 0;
  },

  async screencap(process) {
    const path = process.args.find((arg) => !arg.startsWith("-"));
    const isPng = process.args.includes("-p") || path?.endsWith(".png");
    const bytes = isPng ? await process.android.display.capture() : rawPixels(process);
    if (path === undefined) await process.output(bytes);
    else {
      const written = process.android.files.write(absolute(process, path), bytes);
      if (!written.ok)
        return await complain(process, `Error opening file: ${path} (${errnoText[written.errno]})`);
    }
    return 0;
  },
};

/** `screencap` without `-p`: width, height, format 1 (RGBA_8888) and colour space 1 (sRGB) as u32, then the pixels. */
function rawPixels({ android: { display } }: Process): Uint8Array {
  const { width, height } = display.size;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("no 2D context for the screen shot");
  display.draw(context, width, height);
  const pixels = context.getImageData(0, 0, width, height).data;
  const bytes = new Uint8Array(16 + pixels.byteLength);
  bytes.set(new Uint8Array(Uint32Array.of(width, height, 1, 1).buffer));
  bytes.set(pixels, 16);
  return bytes;
}
