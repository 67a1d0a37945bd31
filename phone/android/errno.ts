/** What Android's `strerror` says, by the errors this file system can give. */
export const errnoText = {
  EACCES: "Permission denied",
  EEXIST: "File exists",
  EINVAL: "Invalid argument",
  EISDIR: "Is a directory",
  ELOOP: "Too many symbolic links encountered",
  ENOENT: "No such file or directory",
  ENOSPC: "No space left on device",
  ENOTDIR: "Not a directory",
  ENOTEMPTY: "Directory not empty",
} as const;

export type Errno = keyof typeof errnoText;

/** Bionic's numbers, which `sync:` stat v2 carries. */
export const errnoNumber: Record<Errno, number> = {
  ENOENT: 2,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENOSPC: 28,
  ENOTEMPTY: 39,
  ELOOP: 40,
};

/** A file operation's result: expected failures are data. */
export type FileResult<T> = { ok: true; value: T } | { ok: false; errno: Errno };

export const done = <T>(value: T): FileResult<T> => ({ ok: true, value });
export const failed = (errno: Errno): { ok: false; errno: Errno } => ({ ok: false, errno });
