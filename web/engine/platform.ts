import type { AdbCredentialStore } from "@yume-chan/adb";
import AdbWebCredentialStore from "@yume-chan/adb-credential-web";
import { makeBackedCommandMemory, type CommandMemory } from "./commands/command-memory.ts";
import { makeIndexedDbCommandMemory } from "./commands/indexed-db-command-memory.ts";
import type { MakeFallbackPlace } from "./fallback/fallback-place.ts";
import { makeSupabasePlace } from "./fallback/supabase-place.ts";
import { makeBrowserEncoder } from "./jpeg/browser-encoder.ts";
import type { JpegEncoder } from "./jpeg/jpeg-encoder.ts";
import { decodeBrowserPng } from "./screen/browser-png.ts";
import type { MakePictureDecoder } from "./screen/picture.ts";
import type { DecodePng } from "./screen/screencap.ts";
import { makeServerProgram, type ServerProgram } from "./screen/scrcpy-server.ts";
import { makeWebCodecsDecoder } from "./screen/webcodecs-decoder.ts";

/** What the engine takes from the browser besides USB. Tests in Node bring their own. */
export interface EnginePlatform {
  /** The keys that phones know this farm by; `keyName` is what Android shows when it asks. */
  openKeys(keyName: string): AdbCredentialStore;
  commandMemory: CommandMemory;
  locks: LockManager | undefined;
  makeDecoder: MakePictureDecoder;
  jpegEncoder: JpegEncoder;
  decodePng: DecodePng;
  makeFallbackPlace: MakeFallbackPlace;
  /** The scrcpy server that belongs to a relay's web app. */
  serverProgramFor(relayUrl: string): ServerProgram;
}

/** The browser's own, in a dedicated thread. */
export function makeBrowserPlatform(): EnginePlatform {
  return {
    openKeys: (keyName) => new AdbWebCredentialStore(keyName),
    commandMemory: makeBackedCommandMemory(makeIndexedDbCommandMemory(indexedDB)),
    locks: navigator.locks,
    makeDecoder: makeWebCodecsDecoder({
      get VideoDecoder() {
        return VideoDecoder;
      },
      get EncodedVideoChunk() {
        return EncodedVideoChunk;
      },
    }),
    jpegEncoder: makeBrowserEncoder(),
    decodePng: decodeBrowserPng,
    makeFallbackPlace: makeSupabasePlace,
    serverProgramFor: (relayUrl) =>
      makeServerProgram(new URL("/scrcpy-server.bin", relayUrl), (...args) => fetch(...args)),
  };
}
