/** Pixels like a screen's: a shaded ground, sharp edges as of text, and a block of noise. `step` moves the edges. */
export function makePixels({ width, height }: { width: number; height: number }, step: number): Uint32Array {
  const pixels = new Uint32Array(width * height);
  let noise = 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = Math.round((x / width) * 100 + (y / height) * 100);
      let pixel = 0xff000000 | (shade << 16) | ((200 - shade) << 8) | 80;
      if (y % 24 < 9 && (x + step * 3) % 7 < 2 && x > width / 4) pixel = 0xff202020;
      if (x < 20 && y < 20) {
        noise = Math.imul(noise, 1103515245) + 12345;
        pixel = 0xff000000 | (noise & 0xffffff);
      }
      pixels[y * width + x] = pixel;
    }
  }
  return pixels;
}
