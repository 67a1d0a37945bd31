import type { ScreenNode } from "../../display.ts";
import { errnoText } from "../errno.ts";
import { absolute, type CommandTable, complain, print } from "../process.ts";

const defaultPath = "/sdcard/window_dump.xml";

/** `uiautomator dump [--compressed] [file]`: what is on the screen, as scripts look for buttons. */
export const uiautomatorCommands: CommandTable = {
  async uiautomator(process) {
    const [verb, ...rest] = process.args;
    if (verb !== "dump") return await complain(process, "Usage: uiautomator <subcommand> [options]", 1);
    const path = rest.find((arg) => !arg.startsWith("-")) ?? defaultPath;
    const { display, files } = process.android;
    const text =
      `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>` +
      `<hierarchy rotation="${display.rotation}">${nodeXml(display.describe(), 0, "")}</hierarchy>`;
    if (path === "/dev/tty") await print(process.output, text);
    else {
      const written = files.write(absolute(process, path), new TextEncoder().encode(text));
      if (!written.ok)
        return await complain(process, `ERROR: could not write ${path}: ${errnoText[written.errno]}`);
    }
    await print(process.output, `UI hierchary dumped to: ${path}\n`);
    return 0;
  },
};

function nodeXml(node: ScreenNode, index: number, outerPackage: string): string {
  const packageName = node.package || outerPackage;
  const { left, top, right, bottom } = node.bounds;
  const attributes = {
    index,
    text: node.text,
    "resource-id": node.resourceId,
    class: node.class,
    package: packageName,
    "content-desc": "",
    checkable: node.isChecked,
    checked: node.isChecked,
    clickable: node.isClickable,
    enabled: true,
    focusable: node.isClickable,
    focused: node.isFocused,
    bounds: `[${left},${top}][${right},${bottom}]`,
  };
  const written = Object.entries(attributes)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(" ");
  const children = node.children.map((child, at) => nodeXml(child, at, packageName)).join("");
  return children === "" ? `<node ${written} />` : `<node ${written}>${children}</node>`;
}

function escapeXml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
