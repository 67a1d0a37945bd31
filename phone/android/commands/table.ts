import { absolute, type CommandTable, complain, emptyInput, readAll } from "../process.ts";
import { errnoText } from "../errno.ts";
import { makeShell, runShell } from "../shell.ts";
import { appProcessCommands } from "./app-process.ts";
import { conditionCommands } from "./condition.ts";
import { dumpsysCommands } from "./dumpsys.ts";
import { fileCommands } from "./files.ts";
import { inputFamily } from "./input.ts";
import { listCommands } from "./list.ts";
import { logCommands } from "./logcat.ts";
import { packageCommands } from "./packages.ts";
import { processCommands } from "./processes.ts";
import { screenCommands } from "./screen.ts";
import { settingsCommands } from "./settings.ts";
import { systemCommands } from "./system.ts";
import { textCommands } from "./text.ts";
import { uiautomatorCommands } from "./uiautomator.ts";

/** Every command of the phone: what lies in `/system/bin`. */
export const commandTable: CommandTable = {
  ...appProcessCommands,
  ...conditionCommands,
  ...dumpsysCommands,
  ...fileCommands,
  ...inputFamily,
  ...listCommands,
  ...logCommands,
  ...packageCommands,
  ...processCommands,
  ...screenCommands,
  ...settingsCommands,
  ...systemCommands,
  ...textCommands,
  ...uiautomatorCommands,

  /** `sh -c 'script'`, `sh file` or a script on stdin. */
  async sh(process) {
    const { args, android, signal, environment } = process;
    const shell = makeShell({ android, commands: commandTable, signal });
    for (const [name, value] of environment) shell.variables.set(name, value);
    shell.directory = process.directory;
    if (args[0] === "-c") return await runShell(shell, args[1] ?? "", process);
    if (args[0] === undefined) {
      const source = new TextDecoder().decode(await readAll(process.input));
      return await runShell(shell, source, { ...process, input: emptyInput });
    }
    const bytes = android.files.read(absolute(process, args[0]));
    if (!bytes.ok)
      return await complain(process, `/system/bin/sh: ${args[0]}: ${errnoText[bytes.errno]}`, 127);
    return await runShell(shell, new TextDecoder().decode(bytes.value), process);
  },
};
