import { createHash, createPrivateKey, generateKeyPairSync, privateEncrypt, constants } from "node:crypto";
import { adbGeneratePublicKey } from "@yume-chan/adb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeCredentials } from "../testing/credentials.ts";
import { makeMemoryWire } from "../testing/memory-wire.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import { connectTango } from "../testing/tango.ts";
import { authType } from "./connection.ts";
import { fingerprint } from "./fingerprint.ts";
import { command, maxPayload } from "./packet.ts";
import { decodePublicKey, type PublicKey } from "./public-key.ts";
import { isSignedBy, padded } from "./signature.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pkcs8 = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
const binaryKey = adbGeneratePublicKey(pkcs8);
const token = Uint8Array.from({ length: 20 }, (_, index) => index);

function publicKey(name = " farm@test"): PublicKey {
  const key = decodePublicKey(
    new TextEncoder().encode(`${Buffer.from(binaryKey).toString("base64")}${name}\0`),
  );
  if (!key) throw new Error("no key");
  return key;
}

const zeros = (count: number) => Array.from({ length: count }, () => 0);

/** What a private key makes of an already padded block. */
const sign = (block: Uint8Array) =>
  new Uint8Array(
    privateEncrypt(
      {
        key: createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" })),
        padding: constants.RSA_NO_PADDING,
      },
      block,
    ),
  );

describe("public key", () => {
  test("modulus, exponent and name are read from base64 of Android's own format", () => {
    const { n, e } = privateKey.export({ format: "jwk" });
    const key = publicKey();
    expect(key.n).toBe(BigInt(`0x${Buffer.from(n ?? "", "base64url").toString("hex")}`));
    expect(key.e).toBe(BigInt(`0x${Buffer.from(e ?? "", "base64url").toString("hex")}`));
    expect(key.name).toBe("farm@test");
    expect(publicKey("").name).toBe("");
  });

  test("a key is read from its literal bytes", () => {
    // prettier-ignore
    const bytes = Uint8Array.of(
      0x40, 0x00, 0x00, 0x00, // modulus size: 64 words
      0x55, 0x55, 0x55, 0x55, // -1 / n[0] mod 2^32
      0x03, ...zeros(254), 0x80, // modulus, little endian
      ...zeros(256), // R^2 mod n
      0x01, 0x00, 0x01, 0x00, // exponent 65537
    );
    const key = decodePublicKey(new TextEncoder().encode(`${Buffer.from(bytes).toString("base64")} a b\0`));
    expect(key).toMatchObject({ n: (0x80n << 2040n) + 3n, e: 65_537n, lengthBytes: 256, name: "a b" });
  });

  test("its fingerprint is MD5 of the binary key", () => {
    const expected = createHash("md5").update(binaryKey).digest("hex").toUpperCase().match(/../g)?.join(":");
    expect(fingerprint(publicKey())).toBe(expected);
  });

  test.each([
    ["nothing", ""],
    ["no base64", "!!!! farm"],
    ["a key of another length", btoa("x".repeat(100))],
    ["524 bytes with another modulus length", btoa("\x20\0\0\0" + "x".repeat(520))],
  ])("%s is no key", (_, text) => {
    expect(decodePublicKey(new TextEncoder().encode(text))).toBeUndefined();
  });
});

describe("signature", () => {
  test("a token signed as a SHA-1 digest is accepted", () => {
    expect(isSignedBy(publicKey(), token, sign(padded(token, 256)))).toBe(true);
  });

  test("another token is not", () => {
    expect(isSignedBy(publicKey(), token.toReversed(), sign(padded(token, 256)))).toBe(false);
  });

  test("every byte of the padding counts", () => {
    const block = padded(token, 256);
    // The first byte is 0 in every number below the modulus; the others may all be forged.
    for (const at of [1, 2, 100, 220, 221, 225, 235]) {
      const forged = block.slice();
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(isSignedBy(publicKey(), token, sign(forged))).toBe(false);
    }
  });

  test("a short, a long and an oversized signature are refused", () => {
    const good = sign(padded(token, 256));
    expect(isSignedBy(publicKey(), token, good.subarray(1))).toBe(false);
    expect(isSignedBy(publicKey(), token, new Uint8Array(257))).toBe(false);
    expect(isSignedBy(publicKey(), token, new Uint8Array(256).fill(0xff))).toBe(false);
  });
});

describe("a phone that asks", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = makeRig({ model: { isAdbSecure: true } });
  });
  afterEach(() => rig.close());

  test("shows the key's name and fingerprint, and lets the computer in when the person says so", async () => {
    const credentials = makeCredentials("farm@desk 4");
    const adb = await connectTango(rig.usb, { credentials });
    expect(await adb.subprocess.noneProtocol.spawnWaitText("echo in")).toBe("in\n");
    expect(rig.display.dialogs).toHaveLength(1);
    expect(rig.display.dialogs[0]?.keyName).toBe("farm@desk 4");
    expect(rig.display.dialogs[0]?.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){15}[0-9A-F]{2}$/);
  });

  test("asks again next time after a plain allow, and never again after always", async () => {
    const credentials = makeCredentials();
    await (await connectTango(rig.usb, { credentials })).close();
    rig.display.answer = "allow-always";
    await (await connectTango(rig.usb, { credentials })).close();
    expect(rig.display.dialogs).toHaveLength(2);
    await (await connectTango(rig.usb, { credentials })).close();
    expect(rig.display.dialogs).toHaveLength(2);
  });

  test("asks for a computer with another key", async () => {
    rig.display.answer = "allow-always";
    await (await connectTango(rig.usb)).close();
    await (await connectTango(rig.usb)).close();
    expect(rig.display.dialogs).toHaveLength(2);
  });

  test("says nothing after a no, and asks again when the computer connects anew", async () => {
    rig.display.answer = "deny";
    const wire = makeMemoryWire();
    void rig.phone.connect(wire);
    const greeting = { command: command.connect, arg0: 0x01000001, arg1: maxPayload };
    const key = new TextEncoder().encode(`${Buffer.from(binaryKey).toString("base64")} farm@test\0`);
    for (const asked of [1, 2]) {
      wire.say(greeting);
      expect(await wire.take(1)).toMatchObject([{ command: command.auth, arg0: authType.token }]);
      wire.say({ command: command.auth, arg0: authType.publicKey, payload: key });
      await vi.waitFor(() => expect(rig.display.dialogs).toHaveLength(asked));
      await new Promise((resolve) => setImmediate(resolve));
      expect(wire.untaken).toEqual([]);
    }
    // Still nobody: no stream opens.
    wire.say({ command: command.open, arg0: 1, payload: new TextEncoder().encode("shell:echo in") });
    wire.say(greeting);
    expect(await wire.take(1)).toMatchObject([{ command: command.auth }]);
  });

  test("takes its dialog away when the cable is pulled", async () => {
    rig.display.answer = undefined;
    const connecting = connectTango(rig.usb);
    await vi.waitFor(() => expect(rig.display.dialogs).toHaveLength(1));
    rig.unplug();
    await expect(connecting).rejects.toSatisfy((error) => error instanceof Error);
    expect(rig.display.dialogs[0]?.signal.aborted).toBe(true);
  });
});
