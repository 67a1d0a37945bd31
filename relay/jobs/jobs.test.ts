import { expect, test } from "vitest";
import { deviceA, heartbeatOf, makeTestFarm, phone, serialA, strangeDevice } from "../testing/test-farm.ts";

// The event document calls these ids strings and no more.
const ids = { assignment_id: "assignment 7", job_id: "job-42" };
const news = {
  "job:progress": { ...ids, progress_pct: 50, current_step: "watching", elapsed_sec: 3.5 },
  "job:completed": {
    ...ids,
    final_duration_sec: 9,
    did_like: false,
    did_comment: false,
    did_playlist: false,
  },
  "job:failed": { ...ids, error_code: "APP_CRASHED", error_message: "the app closed" },
};

test.each(Object.entries(news))(
  "[J1] %s reaches every dashboard, if the device is the worker's",
  async (event, body) => {
    const farm = makeTestFarm();
    const worker = await farm.worker();
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    const dashboards = [await farm.dashboard(), await farm.dashboard()];
    for (const dashboard of dashboards) dashboard.forget();

    const ours = { ...body, device_id: deviceA };
    expect(await worker.request(event, ours)).toEqual({ ok: true });
    expect(await worker.request(event, { ...body, device_id: strangeDevice })).toMatchObject({
      fault: { code: "FORBIDDEN" },
    });
    for (const dashboard of dashboards) expect(dashboard.received).toEqual([{ event, payload: ours }]);
    farm.close();
  },
);
