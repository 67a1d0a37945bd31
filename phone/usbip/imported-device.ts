import { endpointNumber } from "../usb/adb-function.ts";
import type { Gadget } from "../usb/gadget.ts";
import type { Transfer, TransferEnd } from "../usb/transfer.ts";
import { answerControl } from "./control-request.ts";
import {
  decodeTransfer,
  encodeReturnSubmit,
  encodeReturnUnlink,
  errno,
  headerLength,
  type Submit,
} from "./transfer-message.ts";
import type { UsbipStream } from "./usbip-server.ts";

/** More than any program asks for at once; a longer transfer is no transfer but a client gone wrong. */
const longestTransfer = 16 * 1024 * 1024;
const mostTransfers = 1024;

const nothing = new Uint8Array();

/** Carries a device's transfers until the client hangs up, says nonsense, or the cable is pulled. */
export async function serveImported(stream: UsbipStream, gadget: Gadget): Promise<void> {
  const running = new Map<number, Transfer>();
  const hangUp = () => stream.close();
  gadget.unplugged.addEventListener("abort", hangUp);
  if (gadget.unplugged.aborted) hangUp();

  function returnSubmit(submit: Submit, status: number, bytes: Uint8Array): void {
    const actual = submit.isIn ? bytes.byteLength : submit.length;
    const header = encodeReturnSubmit(submit.sequence, status, status === 0 ? actual : bytes.byteLength);
    if (bytes.byteLength === 0) stream.send(header);
    else stream.send(header, bytes);
  }

  function finish(submit: Submit, end: TransferEnd): void {
    // Not there any more: it was taken back, and that was answered.
    if (!running.delete(submit.sequence)) return;
    if (!end.ok)
      returnSubmit(submit, -(end.name === "NotFoundError" ? errno.gone : errno.takenBack), nothing);
    else returnSubmit(submit, end.status === "babble" ? -errno.overflow : 0, end.bytes ?? nothing);
  }

  function start(submit: Submit, out: Uint8Array): void {
    if (submit.endpoint === 0) {
      const answer = answerControl(gadget, submit.setup);
      returnSubmit(submit, answer ? 0 : -errno.stall, answer?.subarray(0, submit.length) ?? nothing);
    } else if (submit.endpoint === endpointNumber) {
      const transfer = submit.isIn ? gadget.transferIn(submit.length) : gadget.transferOut(out);
      running.set(submit.sequence, transfer);
      void transfer.done.then((end) => finish(submit, end));
    } else returnSubmit(submit, -errno.stall, nothing);
  }

  function takeBack(sequence: number, target: number): void {
    const transfer = running.get(target);
    running.delete(target);
    transfer?.cancel();
    stream.send(encodeReturnUnlink(sequence, transfer ? -errno.takenBack : 0));
  }

  for (;;) {
    const header = await stream.reader.readExactly(headerLength);
    const request = header && decodeTransfer(header);
    if (!request) break;
    if (request.kind === "unlink") {
      takeBack(request.sequence, request.target);
      continue;
    }
    if (request.length > longestTransfer || running.size >= mostTransfers) break;
    const out = request.isIn ? nothing : await stream.reader.readExactly(request.length);
    if (!out) break;
    start(request, out);
  }
  gadget.unplugged.removeEventListener("abort", hangUp);
  for (const transfer of running.values()) transfer.cancel();
  running.clear();
}
