/** e.g. `Pixel-8-emulator-1_20261123-042000.png`, safe on every file system. The time is in UTC, so that names sort. */
export function fileNameOf(label: string, atMs: number, extension: string): string {
  const time = new Date(atMs)
    .toISOString()
    .replace(/[-:]|\..*$/g, "")
    .replace("T", "-");
  return `${label.replace(/[^\p{L}\p{N}_.-]+/gu, "-")}_${time}.${extension}`;
}
