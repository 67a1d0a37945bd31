import { describe, expect, test } from "vitest";
import type { CommandAck, CommandStatus } from "../../../protocol/command.ts";
import { makeUnansweredAcks, mostUnanswered } from "./unanswered-acks.ts";

function ack(command_id: string, status: CommandStatus, device_id = "phone"): CommandAck {
  return { command_id, device_id, status };
}

describe("[C11] acks that the relay has not answered", () => {
  test("are kept in their order, the last one of each command and device", () => {
    const acks = makeUnansweredAcks();
    for (const status of ["received", "executing"] as const) acks.add(ack("one", status));
    acks.add(ack("one", "received", "another phone"));
    acks.add(ack("one", "completed"));
    expect(acks.all()).toEqual([ack("one", "received", "another phone"), ack("one", "completed")]);
  });

  test("are let go of by the answer to them, and not by that to the one before", () => {
    const acks = makeUnansweredAcks();
    const received = ack("one", "received");
    const completed = ack("one", "completed");
    acks.add(received);
    acks.add(completed);
    acks.answered(received);
    expect(acks.all()).toEqual([completed]);
    acks.answered(completed);
    expect(acks.all()).toEqual([]);
  });

  test("lose no end while there is another one to lose", () => {
    const acks = makeUnansweredAcks();
    acks.add(ack("first end", "completed"));
    acks.add(ack("running", "executing"));
    for (let number = 2; number < mostUnanswered; number += 1) acks.add(ack(`${number}`, "failed"));
    acks.add(ack("last but one", "failed"));
    expect(acks.all()).toHaveLength(mostUnanswered);
    expect(acks.all()[0]).toEqual(ack("first end", "completed"));
    expect(acks.all()).not.toContainEqual(ack("running", "executing"));
    acks.add(ack("last", "failed"));
    expect(acks.all()).toHaveLength(mostUnanswered);
    expect(acks.all()).not.toContainEqual(ack("first end", "completed"));
    expect(acks.all().at(-1)).toEqual(ack("last", "failed"));
  });
});
