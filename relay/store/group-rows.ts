import type { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { group as groupSchema, type Group } from "../../protocol/group.ts";
import type { CommitGroup } from "./commit-group.ts";
import { jsonOf } from "./row.ts";

/** The groups of devices that people named. */
export interface GroupRows {
  saveGroup(group: Group): void;
  forgetGroup(name: string): void;
  /** By name. */
  listGroups(): Group[];
}

export function makeGroupRows(database: DatabaseSync, group: CommitGroup): GroupRows {
  const save = database.prepare("INSERT OR REPLACE INTO groups (name, device_ids) VALUES (?, ?)");
  const forget = database.prepare("DELETE FROM groups WHERE name = ?");
  const list = database.prepare("SELECT name, device_ids FROM groups ORDER BY name");

  return {
    saveGroup({ name, device_ids }) {
      const deviceIds = JSON.stringify(device_ids);
      group.write(() => save.run(name, deviceIds));
    },
    forgetGroup: (name) => group.write(() => forget.run(name)),
    listGroups: () =>
      list
        .all()
        .map(({ name, device_ids }) => v.parse(groupSchema, { name, device_ids: jsonOf(device_ids) })),
  };
}
