/** A parsed script: what `parseShell` makes and `runShell` runs. */
export interface Script {
  items: { chain: Chain; isBackground: boolean }[];
}
/** `a && b || c`: `operator` joins a pipeline to the one before it. */
export type Chain = { operator: "&&" | "||" | undefined; pipeline: Pipeline }[];
export interface Pipeline {
  isNegated: boolean;
  commands: Command[];
}
export type Command =
  | { kind: "simple"; assignments: { name: string; value: Word }[]; words: Word[]; redirects: Redirect[] }
  | { kind: "group"; script: Script; redirects: Redirect[] };
export interface Redirect {
  descriptor: 0 | 1 | 2;
  operator: "<" | ">" | ">>" | ">&";
  target: Word;
}
export type Word = WordPart[];
type WordPart = { isQuoted: boolean } & ({ text: string } | { variable: string } | { script: Script });
