import { Adb, type AdbTransport } from "@yume-chan/adb";
import { AdbScrcpyClient, AdbScrcpyOptions3_3_3 } from "@yume-chan/adb-scrcpy";
import { ScrcpyInstanceId } from "@yume-chan/scrcpy";
import { ScopedTransport } from "../device/scoped-transport.ts";
import { withTimeLimit } from "../time-limit.ts";
import { serverPath, uploadServer, type ServerProgram } from "./scrcpy-server.ts";

const listLimitMs = 15_000;

/** `DeviceLink.listEncoders` over ADB: what scrcpy's `list_encoders=true` prints of H.264. */
export async function listAdbEncoders(
  transport: AdbTransport,
  serverProgram: ServerProgram,
): Promise<string[]> {
  const scope = new ScopedTransport(transport);
  try {
    return await withTimeLimit("listing encoders", listLimitMs, list(scope, serverProgram));
  } finally {
    void scope.close();
  }
}

async function list(scope: ScopedTransport, serverProgram: ServerProgram): Promise<string[]> {
  await uploadServer(scope, await serverProgram());
  const options = new AdbScrcpyOptions3_3_3<boolean>({ scid: ScrcpyInstanceId.random(), cleanup: false });
  const encoders = await AdbScrcpyClient.getEncoders(new Adb(scope), serverPath, options);
  return encoders.filter(({ type, codec }) => type === "video" && codec === "h264").map(({ name }) => name);
}
