import type { Android } from "../android.ts";
import { type CommandTable, complain, print, type Process } from "../process.ts";
import { installerCommands } from "./package-installer.ts";

/** Where the archive of an app lies that the phone was sold with and has updated since. */
function systemPathOf(packageName: string): string {
  return `/data/app/~~${btoa(packageName).slice(0, 22)}==/${packageName}-${btoa(packageName).slice(0, 8)}==/base.apk`;
}

async function packageManager(process: Process, args: readonly string[]): Promise<number> {
  const [command = "", ...rest] = args;
  const { display, packages } = process.android;
  const installer = Object.hasOwn(installerCommands, command) ? installerCommands[command] : undefined;
  if (installer) return await installer(process, rest);
  if (command === "list" && rest[0] === "packages") return await listPackages(process, rest.slice(1));
  const name = rest.at(-1) ?? "";
  const isKnown = display.packages.includes(name) || packages.find(name) !== undefined;
  if (command === "path") {
    const paths = packages.find(name)?.paths ?? (isKnown ? [systemPathOf(name)] : []);
    await print(process.output, paths.map((path) => `package:${path}\n`).join(""));
    return isKnown ? 0 : 1;
  }
  if (command === "clear") {
    if (isKnown) display.forceStop(name);
    await print(process.output, isKnown ? "Success\n" : "Failed\n");
    return isKnown ? 0 : 1;
  }
  return await complain(process, `Unknown command: ${command}`, 255);
}

/** `-3` lists what was installed, `-s` what the phone was sold with. */
async function listPackages({ android, output }: Process, args: readonly string[]): Promise<number> {
  const filter =
    args.find((arg, at) => !arg.startsWith("-") && !["--user", "--uid"].includes(args[at - 1] ?? "")) ?? "";
  const sold = android.display.packages.map((name) => ({ name, path: systemPathOf(name) }));
  const installed = android.packages.list().map(({ name, paths }) => ({ name, path: paths[0] ?? "" }));
  const listed = [...(args.includes("-3") ? [] : sold), ...(args.includes("-s") ? [] : installed)];
  const line = ({ name, path }: { name: string; path: string }) =>
    `package:${args.includes("-f") ? `${path}=` : ""}${name}\n`;
  await print(
    output,
    listed
      .filter(({ name }) => name.includes(filter))
      .map(line)
      .join(""),
  );
  return 0;
}

/** What `am start`'s options say. */
interface Intent {
  action: string | undefined;
  category: string | undefined;
  data: string | undefined;
  packageName: string | undefined;
  component: string | undefined;
  stopsFirst: boolean;
}

/** Options of `am` that take a value we have no use for. */
const valueOptions = new Set([
  "-f",
  "-t",
  "--user",
  "--display",
  "--windowingMode",
  "--activityType",
  "-R",
  "-i",
]);
const extraOptions = /^--?e(?:s|z|i|l|f|u|cn|ia|la|fa|sa)?$/;

function readIntent(args: readonly string[]): Intent {
  const intent: Intent = {
    action: undefined,
    category: undefined,
    data: undefined,
    packageName: undefined,
    component: undefined,
    stopsFirst: false,
  };
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const value = args[at + 1];
    if (arg === "-a") intent.action = value;
    else if (arg === "-c") intent.category = value;
    else if (arg === "-d") intent.data = value;
    else if (arg === "-p") intent.packageName = value;
    else if (arg === "-n") intent.component = value;
    else if (arg === "-S") intent.stopsFirst = true;
    else if (extraOptions.test(arg)) at += 1;
    else if (!arg.startsWith("-")) readPositional(intent, arg);
    if (["-a", "-c", "-d", "-p", "-n"].includes(arg) || valueOptions.has(arg) || extraOptions.test(arg))
      at += 1;
  }
  return intent;
}

function readPositional(intent: Intent, text: string): void {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) intent.data = text;
  else if (text.includes("/")) intent.component = text;
  else intent.packageName = text;
}

/** `Intent { act=… cat=[…] dat=… cmp=… }`, as `Intent.toString()`. */
function describe(intent: Intent): string {
  const parts = [
    intent.action === undefined ? "" : `act=${intent.action}`,
    intent.category === undefined ? "" : `cat=[${intent.category}]`,
    intent.data === undefined ? "" : `dat=${intent.data}`,
    intent.packageName === undefined ? "" : `pkg=${intent.packageName}`,
    intent.component === undefined ? "" : `cmp=${intent.component}`,
  ];
  return `Intent { ${parts.filter(Boolean).join(" ")} }`;
}

/** The installed app that would answer an intent that names none. */
function resolve(android: Android, intent: Intent): string | undefined {
  const named = intent.component?.split("/")[0] ?? intent.packageName;
  if (named !== undefined) return android.display.packages.includes(named) ? named : undefined;
  const like = (pattern: RegExp) => android.display.packages.find((name) => pattern.test(name));
  if (intent.category === "android.intent.category.HOME") return like(/launcher/);
  if (intent.action?.startsWith("android.settings.")) return like(/settings/);
  if (intent.action === "android.intent.action.VIEW" && /^https?:/.test(intent.data ?? ""))
    return like(/browser|chrome/);
  return undefined;
}

async function start(process: Process, args: readonly string[]): Promise<number> {
  const { android } = process;
  const intent = readIntent(args);
  const target = resolve(android, intent);
  await print(process.output, `Starting: ${describe(intent)}\n`);
  if (target === undefined) {
    const [packageName = "", activity = ""] = intent.component?.split("/") ?? [];
    const className = activity.startsWith(".") ? packageName + activity : activity;
    const reason = intent.component
      ? `Error type 3\nError: Activity class {${packageName}/${className}} does not exist.`
      : `Error: Activity not started, unable to resolve ${describe(intent)}`;
    return await complain(process, reason);
  }
  if (intent.stopsFirst) android.display.forceStop(target);
  if (!intent.stopsFirst && android.display.foreground === target) {
    await print(
      process.errors,
      "Warning: Activity not started, its current task has been brought to the front\n",
    );
  }
  android.display.launch(target);
  android.log.write("ActivityTaskManager", `START u0 {${describe(intent)}} from uid 2000`);
  return 0;
}

async function activityManager(process: Process, args: readonly string[]): Promise<number> {
  const [command = "", ...rest] = args;
  if (command === "start" || command === "start-activity") return await start(process, rest);
  if (command === "force-stop" || command === "kill") {
    const packageName = rest.at(-1);
    if (packageName === undefined)
      return await complain(process, 'Error: Argument expected after "force-stop"', 255);
    process.android.display.forceStop(packageName);
    return 0;
  }
  if (command === "get-current-user") {
    await print(process.output, "0\n");
    return 0;
  }
  return await complain(process, `Unknown command: ${command}`, 255);
}

export const packageCommands: CommandTable = {
  pm: (process) => packageManager(process, process.args),
  am: (process) => activityManager(process, process.args),

  async cmd(process) {
    const [service = "", ...rest] = process.args;
    if (service === "package") return await packageManager(process, rest);
    if (service === "activity") return await activityManager(process, rest);
    if (service === "statusbar" && (rest[0] === "expand-notifications" || rest[0] === "collapse")) {
      process.android.display.showPanel(rest[0] === "expand-notifications");
      return 0;
    }
    return await complain(process, `cmd: Can't find service: ${service}`, 20);
  },

  async monkey(process) {
    const { args, android } = process;
    const packageName = args[args.indexOf("-p") + 1] ?? "";
    if (!args.includes("-p") || !android.display.launch(packageName)) {
      return await complain(process, "** No activities found to run, monkey aborted.", 252);
    }
    await print(
      process.output,
      "Events injected: 1\n## Network stats: elapsed time=20ms (0ms mobile, 0ms wifi, 20ms not connected)\n",
    );
    return 0;
  },
};
