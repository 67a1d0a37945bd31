/** What came of asking the person for one phone. */
export type AddPhoneResult =
  | { ok: true; serialNumber?: string }
  /** `words` say what to do; a closed picker is no fault and has none. */
  | { ok: false; words?: string };

export type AddPhone = () => Promise<AddPhoneResult>;

/** ADB's interface on every phone: class, subclass and protocol are Android's own. */
const adbInterface = { classCode: 0xff, subclassCode: 0x42, protocolCode: 1 };
/** Where no window can be shown (headless Chrome) the picker never settles. */
const pickerLimitMs = 120_000;

/** Opens the browser's USB picker; needs a click and grants one device a click. */
export function makeUsbPicker(
  usb: Pick<USB, "requestDevice"> | undefined,
  limitMs = pickerLimitMs,
): AddPhone {
  return async () => {
    if (usb === undefined) return { ok: false, words: usbMissingWords };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), limitMs);
    });
    try {
      const picked = await Promise.race([usb.requestDevice({ filters: [adbInterface] }), limit]);
      if (picked === "late") {
        return { ok: false, words: "The USB picker did not answer. Press “Add a phone” again." };
      }
      return picked.serialNumber ? { ok: true, serialNumber: picked.serialNumber } : { ok: true };
    } catch (error) {
      return failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

export const usbMissingWords =
  "This browser cannot reach USB here. Use Chrome or Edge, and open the page with https:// or at http://localhost.";

function failureOf(error: unknown): AddPhoneResult {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotFoundError") return { ok: false };
  if (name === "SecurityError") {
    return {
      ok: false,
      words: "Chrome's policy or the frame around this page forbids USB. Ask who manages this PC.",
    };
  }
  if (name === "InvalidStateError") return { ok: false, words: "The USB picker is already open." };
  return {
    ok: false,
    words: `The USB picker failed: ${error instanceof Error ? error.message : String(error)}`,
  };
}
