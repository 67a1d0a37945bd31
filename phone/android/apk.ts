import { unzipSync } from "fflate";
import { readOutermostElement } from "./binary-xml.ts";

/** What the package manager reads from an app's archive. */
export interface Apk {
  packageName: string;
  versionCode: number;
  /** Undefined: the base; otherwise one of the splits beside it. */
  splitName: string | undefined;
  bytes: Uint8Array;
}

/** Why an archive is refused, in the words of AOSP's `ApkLiteParseUtils`: `code: message`. */
export type ApkResult = { ok: true; apk: Apk } | { ok: false; failure: string };

const manifestName = "AndroidManifest.xml";
/** A small archive may hold one that would fill the memory. */
const longestManifest = 8 * 1024 * 1024;

/** Reads an archive; `path` is where it lies while it is installed. Signatures are not looked at. */
export function readApk(bytes: Uint8Array, path: string): ApkResult {
  const files = unzip(bytes);
  if (!files) return refuse("NOT_APK", `Failed to parse ${path}: Failed to load asset path ${path}`);
  const manifest = files[manifestName];
  if (!manifest) return refuse("UNEXPECTED_EXCEPTION", `Failed to parse ${path}: ${manifestName}`);
  const element = readOutermostElement(manifest);
  if (!element) return refuse("UNEXPECTED_EXCEPTION", `Failed to parse ${path}: Corrupt XML binary file`);
  if (element.name !== "manifest") return refuse("MANIFEST_MALFORMED", "No <manifest> tag");
  const packageName = String(element.attributes.get("package") ?? "");
  const mistake = mistakeInName(packageName);
  if (mistake !== undefined) return refuse("BAD_PACKAGE_NAME", `Invalid manifest package: ${mistake}`);
  const splitName = element.attributes.get("split");
  return {
    ok: true,
    apk: {
      packageName,
      versionCode: Number(element.attributes.get("versionCode") ?? 0),
      splitName: splitName === undefined ? undefined : String(splitName),
      bytes,
    },
  };
}

function refuse(code: string, message: string): ApkResult {
  return { ok: false, failure: `INSTALL_PARSE_FAILED_${code}: ${message}` };
}

/** The manifest alone, or undefined when it is no ZIP archive. */
function unzip(bytes: Uint8Array): Record<string, Uint8Array> | undefined {
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => name === manifestName && originalSize < longestManifest,
    });
  } catch {
    return undefined;
  }
}

function mistakeInName(name: string): string | undefined {
  const bad = /[^A-Za-z0-9_.]/.exec(name);
  if (bad) return `bad character '${bad[0]}'`;
  return name.includes(".") ? undefined : "must have at least one '.' separator";
}
