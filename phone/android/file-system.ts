import type { Clock } from "../clock.ts";
import { type Contents, makeContents } from "./contents.ts";
import { done, failed, type FileResult } from "./errno.ts";
import {
  access,
  type DirectoryEntry,
  type FileNode,
  type FileStat,
  isAllowed,
  statOf,
  userId,
} from "./file-node.ts";

/** A phone's files, in memory, with the shell user's rights. Paths are absolute. */
export interface FileSystem {
  /** Follows a link at the end of the path. */
  stat(path: string): FileResult<FileStat>;
  lstat(path: string): FileResult<FileStat>;
  /** Entries by name, without `.` and `..`. */
  list(path: string): FileResult<{ name: string; stat: FileStat }[]>;
  read(path: string): FileResult<Uint8Array>;
  /** As `read`, without joining what was written in parts. */
  readParts(path: string): FileResult<readonly Uint8Array[]>;
  /** Makes the file or replaces what it has. Keeps the bytes: the caller must not change them afterwards. */
  write(path: string, bytes: Uint8Array | readonly Uint8Array[], options?: WriteOptions): FileResult<void>;
  makeDirectory(path: string, options?: { withParents?: boolean }): FileResult<void>;
  remove(path: string, options?: { isRecursive?: boolean }): FileResult<void>;
  rename(from: string, to: string): FileResult<void>;
  changeMode(path: string, mode: number): FileResult<void>;
  /** How much may still be written. */
  readonly freeBytes: number;
  /** Path without links, `.` and `..`; its last part need not exist. */
  resolve(path: string): FileResult<string>;
  /** Puts a node without asking for rights: what the phone is built with. Makes directories on the way. */
  install(path: string, node: InstalledNode): void;
  /** Takes a node away, with all in it, without asking for rights. */
  uninstall(path: string): void;
}

interface WriteOptions {
  mode?: number;
  modifiedMs?: number;
  /** Adds to what is there. */
  isAppending?: boolean;
}
type InstalledNode =
  | { kind: "file"; bytes: Uint8Array | (() => Uint8Array); mode?: number }
  | { kind: "directory"; mode?: number; owner?: number; group?: number }
  | { kind: "link"; target: string }
  | { kind: "device" };

const capacityBytes = 1024 * 1024 * 1024;
const maxLinks = 40;
const nothing = makeContents([]);

interface Place {
  parent: DirectoryEntry;
  name: string;
  node: FileNode | undefined;
  path: string;
}

/** While `isFull` says so nothing can grow, however much room there is. */
export function makeFileSystem(clock: Clock, isFull: () => boolean = () => false): FileSystem {
  let lastInode = 1;
  let usedBytes = 0;
  const makeInode = (mode: number, owner: number, group = owner) => {
    lastInode += 1;
    return { inode: lastInode, mode, owner, group, modifiedMs: clock.now() };
  };
  const makeDirectoryEntry = (mode: number, owner: number, group = owner): DirectoryEntry => ({
    kind: "directory",
    entries: new Map(),
    ...makeInode(mode, owner, group),
  });
  const root = makeDirectoryEntry(0o755, userId.root);

  const freeBytes = () => (isFull() ? 0 : capacityBytes - usedBytes);

  /** Walks to the last part of a path; directories on the way must exist and be searchable. */
  function locate(path: string, followsLast: boolean, linksLeft = maxLinks): FileResult<Place> {
    if (path === "") return failed("ENOENT");
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    let place: Place = { parent: root, name: "", node: root, path: "/" };
    const trail: Place[] = [];
    for (const [index, part] of parts.entries()) {
      if (part === "..") {
        place = trail.pop() ?? place;
        continue;
      }
      const parent = place.node;
      if (!parent) return failed("ENOENT");
      if (parent.kind !== "directory") return failed("ENOTDIR");
      if (!isAllowed(parent, access.search)) return failed("EACCES");
      const node = parent.entries.get(part);
      const rest = parts.slice(index + 1);
      if (node?.kind === "link" && (followsLast || rest.length > 0)) {
        if (linksLeft === 0) return failed("ELOOP");
        const target = node.target.startsWith("/") ? node.target : `${place.path}/${node.target}`;
        return locate([target, ...rest].join("/"), followsLast, linksLeft - 1);
      }
      trail.push(place);
      place = { parent, name: part, node, path: `${place.path === "/" ? "" : place.path}/${part}` };
    }
    return done(place);
  }

  function find(path: string, followsLast = true): FileResult<FileNode> {
    const place = locate(path, followsLast);
    if (!place.ok) return place;
    if (!place.value.node) return failed("ENOENT");
    return path.endsWith("/") && place.value.node.kind !== "directory"
      ? failed("ENOTDIR")
      : done(place.value.node);
  }

  function put(place: Place, node: FileNode): FileResult<void> {
    if (!isAllowed(place.parent, access.write)) return failed("EACCES");
    place.parent.entries.set(place.name, node);
    place.parent.modifiedMs = clock.now();
    return done(undefined);
  }

  function makeDirectory(path: string, { withParents = false } = {}): FileResult<void> {
    const place = locate(path, true);
    if (!place.ok) {
      if (!withParents || place.errno !== "ENOENT") return place;
      const parent = makeDirectory(path.replace(/\/+[^/]*\/*$/, "") || "/", { withParents });
      return parent.ok ? makeDirectory(path) : parent;
    }
    if (place.value.node)
      return withParents && place.value.node.kind === "directory" ? done(undefined) : failed("EEXIST");
    return put(place.value, makeDirectoryEntry(0o775, userId.shell));
  }

  function open(path: string): FileResult<Contents> {
    const node = find(path);
    if (!node.ok) return node;
    if (node.value.kind === "directory") return failed("EISDIR");
    if (!isAllowed(node.value, access.read)) return failed("EACCES");
    if (node.value.kind !== "file") return done(nothing);
    return done(typeof node.value.contents === "function" ? node.value.contents() : node.value.contents);
  }

  return {
    makeDirectory,
    stat(path) {
      const node = find(path);
      return node.ok ? done(statOf(node.value)) : node;
    },
    lstat(path) {
      const node = find(path, path.endsWith("/"));
      return node.ok ? done(statOf(node.value)) : node;
    },
    list(path) {
      const node = find(path);
      if (!node.ok) return node;
      if (node.value.kind !== "directory") return failed("ENOTDIR");
      if (!isAllowed(node.value, access.read)) return failed("EACCES");
      const names = [...node.value.entries].sort(([a], [b]) => (a < b ? -1 : 1));
      return done(names.map(([name, entry]) => ({ name, stat: statOf(entry) })));
    },
    read(path) {
      const contents = open(path);
      return contents.ok ? done(contents.value.whole()) : contents;
    },
    readParts(path) {
      const contents = open(path);
      return contents.ok ? done(contents.value.parts()) : contents;
    },
    write(path, bytes, { mode, modifiedMs = clock.now(), isAppending = false } = {}) {
      const place = locate(path, true);
      if (!place.ok) return place;
      const existing = place.value.node;
      if (existing?.kind === "directory" || path.endsWith("/")) return failed("EISDIR");
      if (existing && !isAllowed(existing, access.write)) return failed("EACCES");
      if (existing?.kind === "device") return done(undefined);
      const before =
        existing?.kind === "file" && typeof existing.contents !== "function" ? existing.contents : nothing;
      const parts = bytes instanceof Uint8Array ? [bytes] : bytes;
      const after = makeContents(isAppending ? [...before.parts(), ...parts] : parts);
      if (after.byteLength - before.byteLength > freeBytes()) return failed("ENOSPC");
      if (existing?.kind === "file") {
        Object.assign(existing, { contents: after, modifiedMs, mode: mode ?? existing.mode });
      } else {
        const result = put(place.value, {
          kind: "file",
          contents: after,
          ...makeInode(mode ?? 0o664, userId.shell),
          modifiedMs,
        });
        if (!result.ok) return result;
      }
      usedBytes += after.byteLength - before.byteLength;
      return done(undefined);
    },
    remove(path, { isRecursive = false } = {}) {
      const place = locate(path, false);
      if (!place.ok) return place;
      const { node, parent, name } = place.value;
      if (!node) return failed("ENOENT");
      if (node.kind === "directory" && node.entries.size > 0 && !isRecursive) return failed("ENOTEMPTY");
      if (node === root || !isAllowed(parent, access.write)) return failed("EACCES");
      takeAway(parent, name, node);
      return done(undefined);
    },
    rename(from, to) {
      const source = locate(from, false);
      if (!source.ok) return source;
      const target = locate(to, false);
      if (!target.ok) return target;
      const { node, parent, name, path } = source.value;
      if (!node) return failed("ENOENT");
      if (target.value.node?.kind === "directory") return failed("EISDIR");
      if (`${target.value.path}/`.startsWith(`${path}/`))
        return path === target.value.path ? done(undefined) : failed("EINVAL");
      if (!isAllowed(parent, access.write)) return failed("EACCES");
      const replaced = target.value.node;
      const result = put(target.value, node);
      if (!result.ok) return result;
      if (replaced) usedBytes -= bytesUnder(replaced);
      parent.entries.delete(name);
      return done(undefined);
    },
    changeMode(path, mode) {
      const node = find(path);
      if (!node.ok) return node;
      if (node.value.owner !== userId.shell) return failed("EACCES");
      node.value.mode = mode & 0o7777;
      return done(undefined);
    },
    get freeBytes() {
      return freeBytes();
    },
    resolve(path) {
      const place = locate(path, true);
      return place.ok ? done(place.value.path) : place;
    },
    install(path, node) {
      let directory = root;
      const parts = path.split("/").filter(Boolean);
      const name = parts.pop() ?? "";
      for (const part of parts) {
        const entry = directory.entries.get(part) ?? makeDirectoryEntry(0o755, userId.root);
        if (entry.kind !== "directory") throw new Error(`${part} in ${path} is no directory`);
        directory.entries.set(part, entry);
        directory = entry;
      }
      const installed = makeInstalled(node);
      usedBytes += bytesUnder(installed);
      directory.entries.set(name, installed);
    },
    uninstall(path) {
      const place = locate(path, false);
      if (place.ok && place.value.node) takeAway(place.value.parent, place.value.name, place.value.node);
    },
  };

  function takeAway(parent: DirectoryEntry, name: string, node: FileNode): void {
    usedBytes -= bytesUnder(node);
    parent.entries.delete(name);
    parent.modifiedMs = clock.now();
  }

  function makeInstalled(node: InstalledNode): FileNode {
    if (node.kind === "directory") {
      const owner = node.owner ?? userId.root;
      return makeDirectoryEntry(node.mode ?? 0o755, owner, node.group ?? owner);
    }
    if (node.kind === "file") {
      const { bytes } = node;
      const contents = typeof bytes === "function" ? () => makeContents([bytes()]) : makeContents([bytes]);
      return { kind: "file", contents, ...makeInode(node.mode ?? 0o644, userId.root) };
    }
    return { ...node, ...makeInode(node.kind === "device" ? 0o666 : 0o777, userId.root) };
  }
}

function bytesUnder(node: FileNode): number {
  if (node.kind === "directory")
    return [...node.entries.values()].reduce((sum, entry) => sum + bytesUnder(entry), 0);
  return statOf(node).size;
}
