import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

/** What is committed, so that nobody who only starts the farm needs a compiler. */
export const jpegSimdPath = fileURLToPath(new URL("../engine/jpeg/simd.wasm", import.meta.url));
const sources = fileURLToPath(new URL("../engine/jpeg/simd", import.meta.url));

/** Compiles the JPEG encoder's AssemblyScript; the same sources always give the same bytes. */
export async function compileJpegSimd(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  let complaints = "";
  const { error } = await main(
    [
      "scan.ts",
      "--baseDir",
      sources,
      "--outFile",
      "simd.wasm",
      // Nothing is allocated: no runtime is needed.
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--optimizeLevel",
      "3",
      "--converge",
      "--noAssert",
    ],
    {
      stderr: { write: (text) => void (complaints += String(text)) },
      writeFile: (_name, contents) => {
        binary = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
      },
    },
  );
  if (error !== null || binary === undefined) {
    throw new Error(`the JPEG encoder does not compile:\n${complaints}`, { cause: error });
  }
  return binary;
}

if (import.meta.main) {
  const binary = await compileJpegSimd();
  writeFileSync(jpegSimdPath, binary);
  process.stdout.write(`${jpegSimdPath}: ${binary.byteLength} bytes\n`);
}
