/** The browser may still be reading from the address when the click has returned; a minute later it has begun. */
const keptMs = 60_000;

/** Lets the browser save it as a download of this name. */
export function saveBlob(name: string, data: Blob): void {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(data);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), keptMs);
}
