import type { Rotation } from "../../display.ts";
import { type CommandTable, complain, print } from "../process.ts";
import { settingsNamespaces } from "../settings.ts";

const rotations: readonly Rotation[] = [0, 1, 2, 3];

export const settingsCommands: CommandTable = {
  async settings(process) {
    const { args, android, output } = process;
    const words = args[0] === "--user" ? args.slice(2) : args;
    const [verb = "", table = "", key, value] = words;
    const namespace = settingsNamespaces.find((name) => name === table);
    if (!["get", "put", "delete", "list"].includes(verb))
      return await complain(process, `Invalid command: ${verb}`, 255);
    if (!namespace) return await complain(process, `Invalid namespace '${table}'`, 255);
    if (verb === "list") {
      await print(
        output,
        android.settings
          .list(namespace)
          .map(([name, text]) => `${name}=${text}\n`)
          .join(""),
      );
      return 0;
    }
    if (key === undefined || (verb === "put" && value === undefined))
      return await complain(process, "Bad arguments", 255);
    if (verb === "get") await print(output, `${android.settings.get(namespace, key) ?? "null"}\n`);
    else if (verb === "delete")
      await print(output, `Deleted ${Number(android.settings.delete(namespace, key))} rows\n`);
    else if (value !== undefined) {
      android.settings.put(namespace, key, value);
      // The way scripts turn a phone; the sensor, which there is none of, would have to be off first.
      const rotation = rotations.find((turns) => String(turns) === value);
      if (namespace === "system" && key === "user_rotation" && rotation !== undefined)
        android.display.rotate(rotation);
    }
    return 0;
  },
};
