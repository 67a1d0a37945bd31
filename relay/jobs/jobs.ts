import { fail, succeed, type Result } from "../../protocol/fault.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import type { Presence } from "../presence/presence.ts";
import { dashboardRoom } from "../rooms.ts";
import type { Outgoing, Wire, Wires } from "../wire.ts";

/** What a worker tells of a job's course. */
type JobNews = "job:progress" | "job:completed" | "job:failed";

export interface Jobs {
  /** Hands a worker's news on to every dashboard. */
  tell<Name extends JobNews>(wire: Wire, pcId: string, event: Name, news: Outgoing[Name]): Result<object>;
}

export function makeJobs(wires: Wires, audit: Audit, presence: Presence): Jobs {
  return {
    tell(wire, pcId, event, news) {
      const { device_id: deviceId, ...details } = news;
      if (!presence.holds(pcId, deviceId)) {
        return fail("FORBIDDEN", `device ${deviceId} is not one of ${pcId}'s`);
      }
      audit.record(authorOf(wire), { event, deviceId, outcome: event.replace("job:", ""), details });
      wires.emit("/dashboard", dashboardRoom, event, news);
      return succeed({});
    },
  };
}
