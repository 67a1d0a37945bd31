/** A command line of letters and paths, as most of toybox takes. */
export interface Arguments {
  has(letter: string): boolean;
  paths: string[];
}

/** `--` ends the options. */
export function readArguments(args: readonly string[]): Arguments {
  const end = args.indexOf("--");
  const options = (end < 0 ? args : args.slice(0, end)).filter((arg) => /^-./.test(arg));
  const paths = args.filter(
    (arg, index) => (end >= 0 && index > end) || (arg !== "--" && !options.includes(arg)),
  );
  return { has: (letter) => options.some((option) => option.includes(letter)), paths };
}
