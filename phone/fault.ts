/** What can be wrong with a virtual phone when somebody wants it so. All but `reboot` last until they are mended or spent. */
export type Fault =
  /** Somebody taps "Cancel" on "Allow USB debugging?", each time. */
  | { name: "refused" }
  /** The phone is locked: its "Allow USB debugging?" waits unseen. */
  | { name: "pending" }
  /** The phone forgot every computer and asks again; spent when it lets one in. */
  | { name: "forgotten" }
  /** Another program on the computer has claimed the interface first. */
  | { name: "held" }
  /** The cable falls out once so many more bytes went through it, both ways together; spent by that. */
  | { name: "unplug-after"; bytes: number }
  /** adbd hangs: it reads nothing, writes nothing and keeps its endpoints. */
  | { name: "zombie"; cure: ZombieCure }
  /** Both ways together. */
  | { name: "slow"; bytesPerSecond: number }
  /** The next packet's magic is none; spent by that, as the next two are. */
  | { name: "wrong-magic" }
  /** The next packet with a payload says that it has so many bytes more than come; fewer, when below 0. */
  | { name: "wrong-length"; excessBytes: number }
  /** Of the next packet's payload only a part comes. */
  | { name: "short-read" }
  /** Each scrcpy server is killed so long after its start. */
  | { name: "scrcpy-dies"; afterMs: number }
  /** The encoder fails at pictures with this long edge, in pixels; absent: the size of the next picture. */
  | { name: "encoder-fails"; longEdge?: number }
  /** Its default encoder refuses pictures of any size, or all its encoders do. */
  | { name: "encoder-refuses"; which: "default" | "all" }
  /** Its USB serial number is that of another phone; absent: of the first other one. */
  | { name: "duplicate-serial"; serial?: string }
  /** Its clock is ahead; behind, when below 0. */
  | { name: "clock-jump"; ms: number }
  /** No file can grow. */
  | { name: "disk-full" }
  /** Leaves USB and comes back, at once. */
  | { name: "reboot" };

export type FaultName = Fault["name"];
export type FaultNamed<Name extends FaultName> = Extract<Fault, { name: Name }>;

/** From weak to strong: what cures a hang is also cured by what comes after it. */
export const remedies = ["reset", "replug", "reboot"] as const;
export type Remedy = (typeof remedies)[number];
export type ZombieCure = Remedy | { afterMs: number };
