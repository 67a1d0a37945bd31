import type { Random } from "../random.ts";

/**
 * Packets as they are on the wire, below what any client library would send. Engine.IO: 0 open, 1 close, 2 ping, 3 pong,
 * 4 message, 5 upgrade, 6 noop. In a message, Socket.IO: 0 connect, 1 disconnect, 2 event, 3 ack, 4 error, 5 event with
 * attachments, 6 ack with attachments; then `count-`, `/namespace,`, an id, JSON.
 */
const packets = [
  "",
  "0",
  '0{"sid":"x"}',
  "1",
  "2probe",
  "3",
  "3probe",
  "4",
  "5",
  "6",
  "7",
  "49",
  "40",
  "40/nowhere,",
  "40/__proto__,{}",
  '40/dashboard,{"type":"dashboard","token":7}',
  '40/worker,{"type":"worker","token":"x","pc_id":"../../etc/passwd"}',
  "40/dashboard,[[[[",
  "41",
  "41/stream,",
  '42["connect"]',
  '42/dashboard,["connect"]',
  '42/dashboard,["disconnect"]',
  '42/dashboard,["disconnecting"]',
  '42/dashboard,["newListener"]',
  "42/dashboard,[]",
  "42/dashboard,{}",
  "42/dashboard,[7]",
  "42/dashboard,[null]",
  '42/dashboard,1["device:list"]',
  '42/dashboard,1["device:list",{}]',
  '42/dashboard,99999999999999999999["device:list",{}]',
  '42/dashboard,-1["device:list",{}]',
  '42/worker,["worker:heartbeat",{"__proto__":{"pc_id":"fuzz-0"}}]',
  '42/stream,7["stream:start",{"device_id":"x"}]',
  "43/dashboard,1[]",
  '43/worker,__proto__["x"]',
  "43/worker,4294967295[null]",
  '44/dashboard,"go away"',
  '451-/stream,["stream:frame",{"frame":{"_placeholder":true,"num":0}}]',
  '451-/stream,["stream:frame",{"frame":{"_placeholder":true,"num":-1}}]',
  '451-/stream,["stream:frame",{"frame":{"_placeholder":true,"num":"0"}}]',
  '453-/stream,["stream:frame",{"frame":{"_placeholder":true,"num":2}}]',
  '4599999999-/stream,["stream:frame",{}]',
  '45-1-/stream,["stream:frame",{}]',
  "45",
  "46",
  "461-/stream,1[]",
];

const connects = [
  (auth: object) => `40/dashboard,${JSON.stringify(auth)}`,
  (auth: object) => `40/stream,${JSON.stringify(auth)}`,
];

/** A connect packet that is let in. */
export function connectPacket(random: Random, auth: object): string | undefined {
  return random.pick(connects)?.(auth);
}

/** One packet, perhaps with some of its characters lost, doubled or changed; now and then bytes that belong to nothing. */
export function rawPacket(random: Random): string | Buffer {
  if (random.chance(0.1)) return Buffer.alloc(random.integer(0, 3000), random.integer(0, 255));
  if (random.chance(0.01)) return `42/dashboard,["x",${"[".repeat(random.integer(1, 200_000))}`;
  if (random.chance(0.01)) {
    const levels = random.integer(100, 50_000);
    return `42/dashboard,3["command:send",${"[".repeat(levels)}${"]".repeat(levels)}]`;
  }
  let packet = random.pick(packets) ?? "";
  const times = random.chance(0.4) ? 0 : random.integer(1, 3);
  for (let time = 0; time < times; time += 1) packet = scratched(packet, random);
  return packet;
}

function scratched(text: string, random: Random): string {
  const at = random.integer(0, text.length);
  const rest = text.slice(at);
  switch (random.integer(0, 3)) {
    case 0:
      return text.slice(0, at) + rest.slice(1);
    case 1:
      return text.slice(0, at) + rest.slice(0, 5) + rest;
    case 2:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + String.fromCodePoint(random.integer(0, 0x2ff)) + rest.slice(1);
  }
}
