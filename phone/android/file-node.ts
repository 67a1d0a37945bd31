import type { Contents } from "./contents.ts";

/** One inode. Times are milliseconds since 1970; `mode` has the permission bits only. */
export type FileNode = FileEntry | DirectoryEntry | LinkEntry | DeviceEntry;

interface Inode {
  inode: number;
  mode: number;
  owner: number;
  group: number;
  modifiedMs: number;
}
interface FileEntry extends Inode {
  kind: "file";
  /** Made anew at each reading for files such as `/proc/uptime`. */
  contents: Contents | (() => Contents);
}
export interface DirectoryEntry extends Inode {
  kind: "directory";
  entries: Map<string, FileNode>;
}
interface LinkEntry extends Inode {
  kind: "link";
  target: string;
}
/** `/dev/null`: takes everything, gives nothing. */
interface DeviceEntry extends Inode {
  kind: "device";
}

/** Linux's `S_IFMT` bits. */
export const fileTypeBits = {
  file: 0o100000,
  directory: 0o040000,
  link: 0o120000,
  device: 0o020000,
} as const;

/** What `stat` tells. */
export interface FileStat {
  kind: FileNode["kind"];
  /** `st_mode`: type and permissions. */
  mode: number;
  size: number;
  inode: number;
  links: number;
  owner: number;
  group: number;
  modifiedMs: number;
  /** Where a link points. */
  target: string | undefined;
}

export function statOf(node: FileNode): FileStat {
  return {
    kind: node.kind,
    mode: fileTypeBits[node.kind] | node.mode,
    size: sizeOf(node),
    inode: node.inode,
    links: node.kind === "directory" ? 2 : 1,
    owner: node.owner,
    group: node.group,
    modifiedMs: node.modifiedMs,
    target: node.kind === "link" ? node.target : undefined,
  };
}

function sizeOf(node: FileNode): number {
  if (node.kind === "directory") return 4096;
  if (node.kind === "link") return node.target.length;
  // Files made at each reading have no size, as in Linux's /proc.
  return node.kind === "file" && typeof node.contents !== "function" ? node.contents.byteLength : 0;
}

/** Android's ids (AOSP `android_filesystem_config.h`). */
export const userId = { root: 0, system: 1000, shell: 2000 } as const;
export const groupId = { sdcardRw: 1015, mediaRw: 1023 } as const;
const shellGroups: ReadonlySet<number> = new Set([
  2000,
  1004,
  1007,
  1011,
  groupId.sdcardRw,
  groupId.mediaRw,
  1028,
  3003,
  3009,
]);

export const access = { read: 4, write: 2, search: 1 } as const;

/** Whether the shell user may do it. */
export function isAllowed(node: FileNode, wanted: number): boolean {
  if (node.owner === userId.shell) return ((node.mode >> 6) & wanted) === wanted;
  if (shellGroups.has(node.group)) return ((node.mode >> 3) & wanted) === wanted;
  return (node.mode & wanted) === wanted;
}
