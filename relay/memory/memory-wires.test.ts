import { makeMemoryClient } from "../testing/memory-client.ts";
import { describeWires } from "../testing/wire-contract.ts";
import { makeMemoryWires } from "./memory-wires.ts";

describeWires("wires in memory", async () => {
  const wires = makeMemoryWires();
  return {
    wires,
    async connect(namespace, auth) {
      const connected = await wires.connect(namespace, auth);
      return connected.ok ? makeMemoryClient(connected.value) : connected.fault.code;
    },
    stop: () => wires.close(),
  };
});
