/**
 * What the page may do: its own code, threads and connections, pictures it made itself. Devices, clipboard, wake lock
 * and full screen are for it alone. `unsafe-inline` is for styles only; WebAssembly is the JPEG encoder's.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    "connect-src 'self' blob: data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; "),
  "Permissions-Policy":
    "usb=(self), clipboard-read=(self), clipboard-write=(self), screen-wake-lock=(self), fullscreen=(self), " +
    "camera=(), microphone=(), geolocation=(), payment=(), serial=(), hid=()",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "SAMEORIGIN",
  "Referrer-Policy": "no-referrer",
};
