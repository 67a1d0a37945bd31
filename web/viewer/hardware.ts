/** H.264 Constrained Baseline 3.1, which every decoder of a graphics card knows. */
const codec = "avc1.42E01F";

/** Whether the graphics card decodes H.264: not, until the browser has said so. */
export function findHardware(): { isUsable: boolean } {
  const hardware = { isUsable: false };
  if ("VideoDecoder" in self) void look(hardware);
  return hardware;
}

async function look(hardware: { isUsable: boolean }): Promise<void> {
  try {
    const { supported } = await VideoDecoder.isConfigSupported({
      codec,
      codedWidth: 720,
      codedHeight: 1600,
      hardwareAcceleration: "prefer-hardware",
    });
    hardware.isUsable = supported === true;
  } catch {
    // A browser that does not answer is one without.
  }
}
