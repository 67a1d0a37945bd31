/** What there may be too little of on the farm PC. */
export type Lack = "usb" | "cpu" | "uplink";

/** What a device gets of what its viewers asked for. */
export interface Share {
  /** Of pictures a second, up to 1. */
  rate: number;
  /** Of JPEGs, 0 to 1 as `convertToBlob` takes it. */
  jpegQuality: number;
  /** Why `rate` is less than 1. */
  lack: Lack | undefined;
}

/** Of the devices that somebody looks at in particular, and of the others. */
export interface Shares {
  focus: Share;
  tile: Share;
}

export const fullShare: Share = { rate: 1, jpegQuality: 0.65, lack: undefined };
export const fullShares: Shares = { focus: fullShare, tile: fullShare };
