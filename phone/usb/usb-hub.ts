import type { Wire } from "../adb/wire.ts";
import { makeInEndpoint } from "./in-endpoint.ts";
import { makeOutEndpoint } from "./out-endpoint.ts";
import type { HostMessage, HubMessage, UsbDescriptor, UsbReply, UsbRequest } from "./usb-message.ts";
import { makeUsbWire } from "./usb-wire.ts";

/** The phones' side of the virtual bus. One hub carries any number of phones to any number of computers (tabs). */
export interface UsbHub {
  /** Puts a phone on the bus; `serve` gets a wire whenever a computer has claimed the phone's ADB interface. */
  plug(descriptor: UsbDescriptor, serve: (wire: Wire) => void): { unplug(): void };
  /** Brings a computer to the bus; `makeUsb` has the port's other end. Returns what takes it away. */
  attachHost(port: MessagePort): () => void;
}

interface Plug {
  descriptor: UsbDescriptor;
  in: ReturnType<typeof makeInEndpoint>;
  out: ReturnType<typeof makeOutEndpoint>;
  serve: (wire: Wire) => void;
  /** Who has claimed the interface. */
  owner: MessagePort | undefined;
  wire: Wire | undefined;
}

const done: UsbReply = { ok: true, status: "ok" };
const gone: UsbReply = { ok: false, name: "NotFoundError", message: "The device was disconnected." };
const cancelled: UsbReply = { ok: false, name: "AbortError", message: "The transfer was cancelled." };
const busy: UsbReply = { ok: false, name: "NetworkError", message: "Unable to claim interface." };

export function makeUsbHub(): UsbHub {
  const plugs = new Map<number, Plug>();
  const hosts = new Set<MessagePort>();
  let lastPlug = 0;

  /** Ends what runs over the interface; with an owner, a fresh wire waits for the next CNXN. */
  function restart(plug: Plug, owner: MessagePort | undefined, reply: UsbReply): void {
    plug.owner = owner;
    const { wire } = plug;
    plug.wire = undefined;
    wire?.close();
    plug.in.clear(reply);
    plug.out.clear(reply);
    if (!owner) return;
    const next = makeUsbWire({
      in: plug.in,
      out: plug.out,
      // A wire that ended by itself, because of nonsense from the computer, is followed by a fresh one.
      onClose: () => plug.wire === next && restart(plug, plug.owner, cancelled),
    });
    plug.wire = next;
    plug.serve(next);
  }

  async function perform(plug: Plug, port: MessagePort, request: UsbRequest): Promise<UsbReply> {
    if (request.kind === "claim") {
      if (plug.owner && plug.owner !== port) return busy;
      if (!plug.owner) restart(plug, port, cancelled);
      return done;
    }
    if (plug.owner !== port) return done;
    if (request.kind === "release") restart(plug, undefined, cancelled);
    else if (request.kind === "reset") restart(plug, port, cancelled);
    else if (request.kind === "transfer-in") return await plug.in.read(request.length);
    else return await plug.out.write(request.bytes);
    return done;
  }

  async function answer(
    port: MessagePort,
    { id, plug: number, request }: HostMessage & { type: "request" },
  ): Promise<void> {
    const plug = plugs.get(number);
    const reply = plug ? await perform(plug, port, request) : gone;
    const message: HubMessage = { type: "reply", id, reply };
    port.postMessage(message, reply.ok && reply.bytes ? [reply.bytes.buffer] : []);
  }

  return {
    plug(descriptor, serve) {
      lastPlug += 1;
      const number = lastPlug;
      const plug: Plug = {
        descriptor,
        serve,
        in: makeInEndpoint(),
        out: makeOutEndpoint(),
        owner: undefined,
        wire: undefined,
      };
      plugs.set(number, plug);
      for (const port of hosts) tell(port, { type: "attached", plug: number, descriptor });
      return {
        unplug() {
          if (!plugs.delete(number)) return;
          restart(plug, undefined, gone);
          for (const port of hosts) tell(port, { type: "detached", plug: number });
        },
      };
    },

    attachHost(port) {
      port.onmessage = ({ data }: MessageEvent<HostMessage>) => {
        if (data.type === "hello") {
          hosts.add(port);
          for (const [plug, { descriptor }] of plugs) tell(port, { type: "attached", plug, descriptor });
          tell(port, { type: "ready" });
        } else void answer(port, data);
      };
      return () => {
        hosts.delete(port);
        port.onmessage = null;
        for (const plug of plugs.values()) if (plug.owner === port) restart(plug, undefined, cancelled);
      };
    },
  };
}

function tell(port: MessagePort, message: HubMessage): void {
  port.postMessage(message);
}
