import * as v from "valibot";
import type { Claims, Tokens } from "../tokens.ts";
import type { Message } from "./phoenix-wire.ts";
import type { TopicRights } from "./topic-rights.ts";

/** One client's place in one topic. */
export interface Channel {
  /** `realtime:<topic>`, as the client calls it. */
  name: string;
  topic: string;
  joinRef: string | null;
  isPrivate: boolean;
  hearsItself: boolean;
  wantsReplies: boolean;
  claims: Claims;
  cancelExpiry: () => void;
}

export interface JoinNeeds {
  rights: TopicRights;
  tokens: Tokens;
  /** Who the connection itself came as: what its key says. */
  keyClaims: Claims;
  /** When the token that the channel has is over. */
  onExpiry: (channel: Channel, reason: string) => void;
}

const joinPayload = v.object({
  access_token: v.nullish(v.string()),
  config: v.optional(
    v.object({
      private: v.optional(v.boolean(), false),
      broadcast: v.optional(v.object({ ack: v.optional(v.boolean()), self: v.optional(v.boolean()) }), {}),
      postgres_changes: v.optional(v.array(v.unknown()), []),
    }),
    {},
  ),
});

/** The channel, or why there is none. */
export async function join(message: Message, needs: JoinNeeds): Promise<Channel | { reason: string }> {
  const topic = message.topic.replace(/^realtime:/, "");
  const { config, access_token: token } = v.parse(joinPayload, message.payload);
  if (topic === "" || topic === message.topic)
    return { reason: "TopicNameRequired: You must provide a topic name" };
  if (config.postgres_changes.length > 0) return { reason: "postgres_changes: the double has none" };
  const channel: Channel = {
    name: message.topic,
    topic,
    joinRef: message.joinRef,
    isPrivate: config.private,
    hearsItself: config.broadcast.self === true,
    wantsReplies: config.broadcast.ack === true,
    claims: needs.keyClaims,
    cancelExpiry: () => undefined,
  };
  const refusal = await admit(channel, token, needs);
  return refusal === undefined ? channel : { reason: refusal };
}

/** Gives a channel this token's rights; says why not. */
export async function admit(
  channel: Channel,
  token: string | null | undefined,
  needs: JoinNeeds,
): Promise<string | undefined> {
  const claims = await claimsOf(token, needs);
  if (typeof claims === "string") return claims;
  try {
    if (channel.isPrivate && !(await needs.rights.mayReceive(channel.topic, claims))) {
      return `Unauthorized: You do not have permissions to read from this Channel topic: ${channel.topic}`;
    }
  } catch {
    return "UnableToConnectToProject: Realtime was unable to connect to the project database";
  }
  channel.claims = claims;
  channel.cancelExpiry();
  channel.cancelExpiry = () => undefined;
  if (claims.exp !== undefined) {
    // Node takes a longer time than this for none at all.
    const leftMs = Math.min(claims.exp * 1000 - Date.now(), 2 ** 31 - 1);
    const timer = setTimeout(() => needs.onExpiry(channel, "Token has expired 0 seconds ago"), leftMs);
    channel.cancelExpiry = () => clearTimeout(timer);
  }
  return undefined;
}

async function claimsOf(
  token: string | null | undefined,
  { tokens, keyClaims }: JoinNeeds,
): Promise<Claims | string> {
  if (typeof token !== "string" || token.startsWith("sb_")) return keyClaims;
  try {
    return await tokens.verify(token);
  } catch (failure) {
    return `InvalidJWTToken: ${failure instanceof Error ? failure.message : "not valid"}`;
  }
}
