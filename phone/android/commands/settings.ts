import { type CommandTable, complain, print } from "../process.ts";
import { settingsNamespaces } from "../settings.ts";

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
    else if (value !== undefined) android.settings.put(namespace, key, value);
    return 0;
  },
};
