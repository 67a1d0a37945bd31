import { beforeEach, expect, test } from "vitest";
import { makeRig } from "../testing/rig.ts";
import type { FileSystem } from "./file-system.ts";

let files: FileSystem;
beforeEach(() => {
  files = makeRig().phone.android.files;
});

const bytes = (text: string) => new TextEncoder().encode(text);
const refused = (errno: string) => ({ ok: false, errno });

test("links lead on, relative and absolute, and are seen by lstat only", () => {
  expect(files.resolve("/sdcard/Download/../DCIM/./x")).toEqual({
    ok: true,
    value: "/storage/emulated/0/DCIM/x",
  });
  expect(files.stat("/sdcard")).toMatchObject({ value: { kind: "directory" } });
  expect(files.lstat("/sdcard")).toMatchObject({ value: { kind: "link", target: "/storage/self/primary" } });
  expect(files.lstat("/sdcard/")).toMatchObject({ value: { kind: "directory" } });
});

test("links in a circle are an error", () => {
  files.install("/a", { kind: "link", target: "/b" });
  files.install("/b", { kind: "link", target: "a" });
  expect(files.stat("/a")).toEqual(refused("ELOOP"));
});

test("the shell writes where it may and nowhere else", () => {
  expect(files.write("/data/local/tmp/a", bytes("a"))).toMatchObject({ ok: true });
  expect(files.write("/sdcard/Download/a", bytes("a"))).toMatchObject({ ok: true });
  expect(files.write("/system/a", bytes("a"))).toEqual(refused("EACCES"));
  expect(files.write("/a", bytes("a"))).toEqual(refused("EACCES"));
  expect(files.list("/data")).toEqual(refused("EACCES"));
  expect(files.read("/system/build.prop")).toEqual(refused("EACCES"));
  expect(files.remove("/system/bin/ls")).toEqual(refused("EACCES"));
  expect(files.changeMode("/system/bin/ls", 0)).toEqual(refused("EACCES"));
  expect(files.rename("/system/bin/ls", "/data/local/tmp/ls")).toEqual(refused("EACCES"));
});

test("every wrong use has its errno", () => {
  files.write("/data/local/tmp/f", bytes("x"));
  files.makeDirectory("/data/local/tmp/d/e", { withParents: true });
  expect(files.read("/data/local/tmp/none")).toEqual(refused("ENOENT"));
  expect(files.read("/data/local/tmp/d")).toEqual(refused("EISDIR"));
  expect(files.write("/data/local/tmp/d", bytes(""))).toEqual(refused("EISDIR"));
  expect(files.write("/data/local/tmp/f/g", bytes(""))).toEqual(refused("ENOTDIR"));
  expect(files.list("/data/local/tmp/f")).toEqual(refused("ENOTDIR"));
  expect(files.makeDirectory("/data/local/tmp/d")).toEqual(refused("EEXIST"));
  expect(files.makeDirectory("/data/local/tmp/none/d")).toEqual(refused("ENOENT"));
  expect(files.remove("/data/local/tmp/d")).toEqual(refused("ENOTEMPTY"));
  expect(files.rename("/data/local/tmp/d", "/data/local/tmp/d/e/f")).toEqual(refused("EINVAL"));
});

test("/dev/null takes everything and gives nothing", () => {
  expect(files.write("/dev/null", bytes("gone"))).toMatchObject({ ok: true });
  expect(files.read("/dev/null")).toEqual({ ok: true, value: new Uint8Array() });
  expect(files.stat("/dev/null")).toMatchObject({ value: { kind: "device", size: 0 } });
});

test("what is removed makes room again", () => {
  const big = new Uint8Array(600 * 1024 * 1024);
  expect(files.write("/data/local/tmp/big", big)).toMatchObject({ ok: true });
  expect(files.write("/sdcard/big", big)).toEqual(refused("ENOSPC"));
  files.remove("/data/local/tmp/big");
  expect(files.write("/sdcard/big", big)).toMatchObject({ ok: true });
});

test("renaming moves a directory with what is in it and replaces a file", () => {
  files.makeDirectory("/data/local/tmp/d");
  files.write("/data/local/tmp/d/f", bytes("1"));
  files.rename("/data/local/tmp/d", "/sdcard/moved");
  files.write("/data/local/tmp/g", bytes("2"));
  files.rename("/data/local/tmp/g", "/sdcard/moved/f");
  expect(files.read("/sdcard/moved/f")).toEqual({ ok: true, value: bytes("2") });
  expect(files.stat("/data/local/tmp/d").ok).toBe(false);
});

test("/proc/uptime is read anew each time", () => {
  expect(files.stat("/proc/uptime")).toMatchObject({ value: { size: 0 } });
  const uptime = files.read("/proc/uptime");
  expect(uptime.ok && new TextDecoder().decode(uptime.value)).toMatch(/^\d+\.\d\d \d+\.\d\d\n$/);
});
