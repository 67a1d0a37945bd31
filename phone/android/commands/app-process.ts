import { absolute, type CommandTable, type Output, print, type Process } from "../process.ts";

const scrcpyClass = "com.genymobile.scrcpy.Server";

/** `app_process [java-options] cmd-dir start-class-name [options]`: runs the one Java program this phone can. */
export const appProcessCommands: CommandTable = {
  async app_process(process) {
    const { android, environment, signal } = process;
    const options = process.args.filter(
      (arg, index) => arg.startsWith("-") && process.args.slice(0, index).every(isOption),
    );
    const [, className = "", ...args] = process.args.slice(options.length);
    const classPath =
      options.find((option) => option.startsWith("-Djava.class.path="))?.split("=")[1] ??
      environment.get("CLASSPATH");
    if (className !== scrcpyClass || !isArchive(process, classPath)) {
      await print(process.errors, `Error: could not find or load main class ${className}\nAborted\n`);
      return 1;
    }
    return await android.startScrcpy({
      args,
      display: android.display,
      model: android.model,
      canEncode: android.canEncode,
      listenLocal: (name) => android.sockets.listen(`localabstract:${name}`),
      async connectLocal(name) {
        const connect = android.sockets.find(`localabstract:${name}`);
        if (!connect) throw new Error(`java.io.IOException: Connection refused: ${name}`);
        return await connect();
      },
      unlinkServer: () => void android.files.remove(absolute(process, classPath ?? "")),
      stdout: printerOf(process.output),
      stderr: printerOf(process.errors),
      signal,
    });
  },
};

function printerOf(output: Output): (text: string) => void {
  // A shell that is gone ends the server by its signal, not by an error here.
  return (text) => void print(output, text).catch(() => undefined);
}

const isOption = (arg: string) => arg.startsWith("-");

/** Whether the class path names a pushed jar: a ZIP archive begins with "PK". */
function isArchive(process: Process, classPath: string | undefined): boolean {
  if (classPath === undefined) return false;
  const bytes = process.android.files.read(absolute(process, classPath));
  return bytes.ok && bytes.value[0] === 0x50 && bytes.value[1] === 0x4b;
}
