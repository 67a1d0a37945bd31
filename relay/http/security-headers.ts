/**
 * What the page may do: its own code, threads and connections, pictures it made itself. Devices, clipboard, wake lock
 * and full screen are for it alone. `unsafe-inline` is for styles only, and only for those that stand in the markup;
 * `wasm-unsafe-eval` lets WebAssembly be compiled, and no script.
 */
export function securityHeaders(project?: URL): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "worker-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      ["connect-src 'self'", ...connectionsTo(project)].join(" "),
      "frame-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ].join("; "),
    "Permissions-Policy":
      "usb=(self), clipboard-read=(self), clipboard-write=(self), screen-wake-lock=(self), fullscreen=(self), " +
      "camera=(), microphone=(), geolocation=(), payment=(), serial=(), hid=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
  };
}

/** REST, Auth and Realtime of a Supabase project. */
function connectionsTo(project: URL | undefined): string[] {
  return project === undefined ? [] : [project.origin, project.origin.replace(/^http/, "ws")];
}

/** Only from a relay that does TLS itself; what a proxy before it promises is the proxy's business. */
export const strictTransport = { "Strict-Transport-Security": "max-age=31536000" };
