import { beforeEach, expect, test } from "vitest";
import { makeTestApk } from "../testing/test-apk.ts";
import { makeFileSystem } from "./file-system.ts";
import { makePackages } from "./packages.ts";

let files: ReturnType<typeof makeFileSystem>;
beforeEach(() => {
  files = makeFileSystem({ now: () => 1_700_000_000_000 });
});

const packageName = "org.example.app";
const folder = "/data/app/vmdl1.tmp";
const archive = (bytes: Uint8Array, name = "base.apk") => ({ path: `${folder}/${name}`, bytes });

test("an app is installed for whoever reads it, and its room is given back when it goes", () => {
  const packages = makePackages(files, 34);
  const before = files.freeBytes;
  const bytes = makeTestApk({ packageName });
  expect(packages.install([archive(bytes)], { maySetBack: false })).toBeUndefined();
  const [path = ""] = packages.find(packageName)?.paths ?? [];
  expect(path).toMatch(/^\/data\/app\/~~.{22}==\/org\.example\.app-.{22}==\/base\.apk$/);
  expect(files.read(path)).toEqual({ ok: true, value: bytes });
  expect(files.freeBytes).toBe(before - bytes.byteLength);
  expect(packages.uninstall(packageName)).toBe(true);
  expect(files.freeBytes).toBe(before);
  expect(files.list("/data/app")).toEqual({ ok: true, value: [] });
  expect(packages.uninstall(packageName)).toBe(false);
});

test("before Android 11 an app's folder has its name alone", () => {
  const packages = makePackages(files, 29);
  packages.install([archive(makeTestApk({ packageName }))], { maySetBack: false });
  expect(packages.find(packageName)?.paths[0]).toMatch(/^\/data\/app\/org\.example\.app-.{22}==\/base\.apk$/);
});

test("an update keeps the user id, and an older version is taken only when asked for", () => {
  const packages = makePackages(files, 34);
  const install = (versionCode: number, maySetBack = false) =>
    packages.install([archive(makeTestApk({ packageName, versionCode }))], { maySetBack });
  expect(install(2)).toBeUndefined();
  const { userId } = packages.find(packageName) ?? {};
  expect(install(1)).toContain("INSTALL_FAILED_VERSION_DOWNGRADE");
  expect(packages.find(packageName)?.versionCode).toBe(2);
  expect(install(3)).toBeUndefined();
  expect(install(1, true)).toBeUndefined();
  expect(packages.list()).toMatchObject([{ name: packageName, versionCode: 1, userId }]);
});

test("splits belong to one app, have a base, and come once", () => {
  const packages = makePackages(files, 34);
  const base = archive(makeTestApk({ packageName }));
  const split = archive(makeTestApk({ packageName, splitName: "config.de" }), "de.apk");
  const other = archive(makeTestApk({ packageName: "org.example.other", splitName: "config.fr" }), "fr.apk");
  const install = (...archives: (typeof base)[]) => packages.install(archives, { maySetBack: false });
  const invalid = "INSTALL_FAILED_INVALID_APK: ";
  expect(install(split)).toBe(`${invalid}Full install must include a base package`);
  expect(install(base, base)).toBe(`${invalid}Split null was defined multiple times`);
  expect(install(base, other)).toBe(
    `${invalid}${folder}/fr.apk package org.example.other inconsistent with ${packageName}`,
  );
  expect(packages.list()).toEqual([]);
  expect(install(split, base)).toBeUndefined();
  const names = packages.find(packageName)?.paths.map((path) => path.replace(/.*\//, ""));
  expect(names).toEqual(["base.apk", "split_config.de.apk"]);
});
