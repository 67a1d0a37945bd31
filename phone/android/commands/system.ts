import { type CommandTable, complain, print } from "../process.ts";

export const systemCommands: CommandTable = {
  async getprop({ args: [key, fallback = ""], android, output }) {
    if (key !== undefined) await print(output, `${android.properties.get(key) || fallback}\n`);
    else
      await print(
        output,
        android.properties
          .list()
          .map(([name, value]) => `[${name}]: [${value}]\n`)
          .join(""),
      );
    return 0;
  },

  async setprop(process) {
    const [key, value] = process.args;
    if (key === undefined || value === undefined)
      return await complain(process, "setprop: Needs 2 arguments");
    if (process.android.properties.set(key, value)) return 0;
    return await complain(process, `setprop: failed to set property '${key}' to '${value}'`);
  },

  async id({ args, output }) {
    const groups =
      "2000(shell),1004(input),1007(log),1011(adb),1015(sdcard_rw),1028(sdcard_r),1078(ext_data_rw),1079(ext_obb_rw)," +
      "3001(net_bt_admin),3002(net_bt),3003(inet),3006(net_bw_stats),3009(readproc),3011(uhid),3012(readtracefs)";
    const asked = args.find((arg) => /^-[ug]n?$|^-n[ug]$/.test(arg));
    const oneId = asked?.includes("n") ? "shell" : "2000";
    const text = asked ? oneId : `uid=2000(shell) gid=2000(shell) groups=${groups} context=u:r:shell:s0`;
    await print(output, `${text}\n`);
    return 0;
  },

  async whoami({ output }) {
    await print(output, "shell\n");
    return 0;
  },

  async uname({ args, android, output }) {
    const release = `5.15.110-android${android.model.androidVersion}`;
    const parts = args.includes("-a")
      ? `Linux localhost ${release} #1 SMP PREEMPT aarch64 Toybox`
      : args.includes("-r")
        ? release
        : args.includes("-m")
          ? "aarch64"
          : "Linux";
    await print(output, `${parts}\n`);
    return 0;
  },

  async uptime({ android, output }) {
    const now = new Date(android.clock.now());
    const minutes = Math.floor(android.upMs() / 60_000);
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    const up = hours > 0 ? `${hours}:${String(minutes % 60).padStart(2, "0")}` : `${minutes % 60} min`;
    const day = days > 0 ? `${days} day${days > 1 ? "s" : ""}, ` : "";
    await print(
      output,
      ` ${now.toISOString().slice(11, 19)} up ${day}${up},  0 users,  load average: 0.42, 0.37, 0.35\n`,
    );
    return 0;
  },

  async date(process) {
    const now = new Date(process.android.clock.now());
    const format = process.args.find((arg) => arg.startsWith("+"))?.slice(1) ?? "%a %b %e %H:%M:%S UTC %Y";
    await print(process.output, `${formatDate(now, format)}\n`);
    return 0;
  },

  async env({ environment, output }) {
    await print(output, [...environment].map(([key, value]) => `${key}=${value}\n`).join(""));
    return 0;
  },

  async which(process) {
    let exitCode = 0;
    for (const name of process.args) {
      const path = `/system/bin/${name}`;
      if (process.android.files.stat(path).ok) await print(process.output, `${path}\n`);
      else exitCode = 1;
    }
    return exitCode;
  },

  async reboot({ android }) {
    android.reboot();
    return 0;
  },
};

function formatDate(date: Date, format: string): string {
  const iso = date.toISOString();
  const [weekday = "", day = "", month = ""] = date.toUTCString().replace(",", "").split(" ");
  const values: Record<string, string> = {
    "%": "%",
    a: weekday,
    b: month,
    d: iso.slice(8, 10),
    e: String(Number(day)).padStart(2),
    F: iso.slice(0, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    m: iso.slice(5, 7),
    N: `${iso.slice(20, 23)}000000`,
    S: iso.slice(17, 19),
    s: String(Math.floor(date.getTime() / 1000)),
    T: iso.slice(11, 19),
    Y: iso.slice(0, 4),
    Z: "UTC",
  };
  return format.replace(/%(.)/g, (whole, letter: string) => values[letter] ?? whole);
}
