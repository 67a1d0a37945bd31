import type { Gadget } from "./gadget.ts";
import { cancelled, gone, type Transfer, type TransferEnd } from "./transfer.ts";
import type { UsbBus } from "./usb-bus.ts";
import type { HostMessage, HubMessage, UsbReply, UsbRequest } from "./usb-message.ts";

/**
 * The phones' side of the in-page bus. One hub carries any number of phones to any number of computers (tabs), and keeps
 * for them what their operating system would: who has claimed which interface, and which transfers are its.
 */
export interface UsbHub extends UsbBus {
  /** Brings a computer to the bus; `makeUsb` has the port's other end. Returns what takes it away. */
  attachHost(port: MessagePort): () => void;
}

interface Plug {
  gadget: Gadget;
  isHeld: () => boolean;
  /** Who has claimed the interface. */
  owner: MessagePort | undefined;
  /** The owner's transfers under way. */
  transfers: Set<Transfer>;
}

const done: TransferEnd = { ok: true, status: "ok" };
const busy: TransferEnd = { ok: false, name: "NetworkError", message: "Unable to claim interface." };

export function makeUsbHub(): UsbHub {
  const plugs = new Map<number, Plug>();
  const hosts = new Set<MessagePort>();
  let lastPlug = 0;

  function release(plug: Plug): void {
    plug.owner = undefined;
    for (const transfer of plug.transfers) transfer.cancel();
  }

  async function run(plug: Plug, transfer: Transfer): Promise<TransferEnd> {
    plug.transfers.add(transfer);
    const end = await transfer.done;
    plug.transfers.delete(transfer);
    return end;
  }

  async function perform(plug: Plug, port: MessagePort, request: UsbRequest): Promise<TransferEnd> {
    if (request.kind === "claim") {
      if ((plug.owner ?? port) !== port || plug.isHeld()) return busy;
      plug.owner = port;
      return done;
    }
    if (request.kind === "reset") {
      // Of the whole device: Chrome lets every program that has opened it do so.
      plug.gadget.restart();
      return done;
    }
    if (plug.owner !== port) return cancelled;
    if (request.kind === "transfer-in") return await run(plug, plug.gadget.transferIn(request.length));
    if (request.kind === "transfer-out") return await run(plug, plug.gadget.transferOut(request.bytes));
    release(plug);
    return done;
  }

  async function answer(
    port: MessagePort,
    { id, plug: number, request }: HostMessage & { type: "request" },
  ): Promise<void> {
    const plug = plugs.get(number);
    const reply = toReply(plug ? await perform(plug, port, request) : gone);
    const message: HubMessage = { type: "reply", id, reply };
    port.postMessage(message, reply.ok && reply.bytes ? [reply.bytes.buffer] : []);
  }

  return {
    plug(gadget, isHeld = () => false) {
      lastPlug += 1;
      const number = lastPlug;
      plugs.set(number, { gadget, isHeld, owner: undefined, transfers: new Set() });
      for (const port of hosts) tell(port, { type: "attached", plug: number, descriptor: gadget.descriptor });
      gadget.unplugged.addEventListener("abort", () => {
        plugs.delete(number);
        for (const port of hosts) tell(port, { type: "detached", plug: number });
      });
    },

    attachHost(port) {
      port.onmessage = ({ data }: MessageEvent<HostMessage>) => {
        if (data.type === "hello") {
          hosts.add(port);
          for (const [plug, { gadget }] of plugs)
            tell(port, { type: "attached", plug, descriptor: gadget.descriptor });
          tell(port, { type: "ready" });
        } else void answer(port, data);
      };
      return () => {
        hosts.delete(port);
        port.onmessage = null;
        for (const plug of plugs.values()) if (plug.owner === port) release(plug);
      };
    },
  };
}

/** The phone keeps what it wrote: only a copy changes threads. */
function toReply(end: TransferEnd): UsbReply {
  if (!end.ok) return end;
  const { status, bytes } = end;
  return bytes === undefined ? { ok: true, status } : { ok: true, status, bytes: new Uint8Array(bytes) };
}

function tell(port: MessagePort, message: HubMessage): void {
  port.postMessage(message);
}
