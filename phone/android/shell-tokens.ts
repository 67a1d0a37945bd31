import type { Script, Word } from "./shell-script.ts";

export type Token = { kind: "word"; word: Word; source: string } | { kind: "operator"; text: string };

/** Thrown inside the parser only; `parseShell` makes plain data of it. */
export class SyntaxTrouble extends Error {
  readonly unexpected: string;
  constructor(unexpected: string) {
    super(unexpected);
    this.unexpected = unexpected;
  }
}

/** Longest first. */
const operators = ["&&", "||", ">>", ">&", ";", "&", "|", "(", ")", "<", ">", "\n"];

/** Parses the tokens of a substitution; the grammar and its words need each other. */
export type ParseTokens = (tokens: Token[]) => Script;

export function tokenize(source: string, parse: ParseTokens): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const operator = operators.find((text) => rest.startsWith(text));
    if (operator) {
      tokens.push({ kind: "operator", text: operator });
      at += operator.length;
    } else if (/^[ \t\r]/.test(rest)) at += 1;
    else if (rest.startsWith("\\\n")) at += 2;
    else if (rest.startsWith("#")) at = indexOrEnd(source, "\n", at);
    else {
      const redirect = /^[012](?:>>|>&|<|>)/.exec(rest)?.[0];
      if (redirect) {
        tokens.push({ kind: "operator", text: redirect });
        at += redirect.length;
        continue;
      }
      const start = at;
      const [word, end] = readWord(source, at, parse);
      tokens.push({ kind: "word", word, source: source.slice(start, end) });
      at = end;
    }
  }
  return tokens;
}

function indexOrEnd(source: string, text: string, from: number): number {
  const index = source.indexOf(text, from);
  return index < 0 ? source.length : index;
}

function readWord(source: string, from: number, parse: ParseTokens): [Word, number] {
  const word: Word = [];
  let at = from;
  while (at < source.length && !/[\s;&|()<>]/.test(source.charAt(at))) {
    const character = source.charAt(at);
    if (character === "'") {
      const end = source.indexOf("'", at + 1);
      if (end < 0) throw new SyntaxTrouble("no closing quote");
      word.push({ text: source.slice(at + 1, end), isQuoted: true });
      at = end + 1;
    } else if (character === '"') at = readDoubleQuoted(source, at + 1, word, parse);
    else if (character === "\\") {
      if (source.charAt(at + 1) !== "\n") word.push({ text: source.charAt(at + 1), isQuoted: true });
      at += 2;
    } else if (character === "$" || character === "`") at = readExpansion(source, at, word, false, parse);
    else {
      const text = /^[^\s;&|()<>'"\\$`]+/.exec(source.slice(at))?.[0] ?? character;
      word.push({ text, isQuoted: false });
      at += text.length;
    }
  }
  return [word, at];
}

/** Reads up to and over the closing quote. */
function readDoubleQuoted(source: string, from: number, word: Word, parse: ParseTokens): number {
  let at = from;
  // An empty part keeps "" a word of its own.
  word.push({ text: "", isQuoted: true });
  for (;;) {
    const character = source.charAt(at);
    if (character === "") throw new SyntaxTrouble("no closing quote");
    if (character === '"') return at + 1;
    if (character === "\\" && /[$`"\\\n]/.test(source.charAt(at + 1))) {
      if (source.charAt(at + 1) !== "\n") word.push({ text: source.charAt(at + 1), isQuoted: true });
      at += 2;
    } else if (character === "$" || character === "`") at = readExpansion(source, at, word, true, parse);
    else {
      const text = /^[^"\\$`]+/.exec(source.slice(at))?.[0] ?? character;
      word.push({ text, isQuoted: true });
      at += text.length;
    }
  }
}

function readExpansion(
  source: string,
  at: number,
  word: Word,
  isQuoted: boolean,
  parse: ParseTokens,
): number {
  const rest = source.slice(at);
  if (rest.startsWith("`")) {
    const end = source.indexOf("`", at + 1);
    if (end < 0) throw new SyntaxTrouble("no closing quote");
    word.push({ script: parse(tokenize(source.slice(at + 1, end), parse)), isQuoted });
    return end + 1;
  }
  if (rest.startsWith("$(")) {
    const end = findClosingParenthesis(source, at + 2);
    word.push({ script: parse(tokenize(source.slice(at + 2, end), parse)), isQuoted });
    return end + 1;
  }
  const name = /^\$(?:\{(\w+|[?$#])\}|([A-Za-z_]\w*|[0-9?$#@*]))/.exec(rest);
  if (!name) {
    word.push({ text: "$", isQuoted: true });
    return at + 1;
  }
  word.push({ variable: name[1] ?? name[2] ?? "", isQuoted });
  return at + name[0].length;
}

function findClosingParenthesis(source: string, from: number): number {
  let depth = 1;
  let quote = "";
  for (let at = from; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "\\") at += 1;
    else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw new SyntaxTrouble("no closing quote");
}
