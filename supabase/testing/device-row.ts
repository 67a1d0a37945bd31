import { randomUUID } from "node:crypto";

/** A row of `devices` as a worker or the relay writes it. */
export function deviceRow(farmId: string, change: object = {}) {
  return {
    farm_id: farmId,
    device_id: randomUUID(),
    serial_number: "R58N123",
    pc_id: "desk-1",
    status: "idle",
    health_status: "healthy",
    ...change,
  };
}
