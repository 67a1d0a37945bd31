import * as v from "valibot";
import type { WebSocket } from "ws";
import { textMessage, type TextMessage } from "../../protocol/media-connection.ts";

export function say(socket: WebSocket, message: TextMessage): void {
  socket.send(JSON.stringify(message));
}

/** Undefined when it is no message of ours. */
export function parseText(text: string): v.InferOutput<typeof textMessage> | undefined {
  try {
    const parsed = v.safeParse(textMessage, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
