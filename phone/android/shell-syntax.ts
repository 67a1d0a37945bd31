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
export type WordPart = { isQuoted: boolean } & ({ text: string } | { variable: string } | { script: Script });

export type ParseResult = { ok: true; script: Script } | { ok: false; unexpected: string };

type Token = { kind: "word"; word: Word; source: string } | { kind: "operator"; text: string };

/** Longest first. */
const operators = ["&&", "||", ">>", ">&", ";", "&", "|", "(", ")", "<", ">", "\n"];
const redirectOperators = ["<", ">", ">>", ">&"] as const;

class SyntaxTrouble extends Error {
  readonly unexpected: string;
  constructor(unexpected: string) {
    super(unexpected);
    this.unexpected = unexpected;
  }
}

/**
 * Parses the part of mksh's grammar that computers send to phones: quoting, `$name`, `$(…)`, `;`, `&`, `&&`, `||`, `|`,
 * `!`, redirections and `( … )`. Words such as `if` and `for` are a syntax error.
 */
export function parseShell(source: string): ParseResult {
  try {
    const tokens = tokenize(source);
    const script = parseScript(tokens, undefined);
    return { ok: true, script };
  } catch (error) {
    if (error instanceof SyntaxTrouble) return { ok: false, unexpected: error.unexpected };
    throw error;
  }
}

function tokenize(source: string): Token[] {
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
      const [word, end] = readWord(source, at);
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

function readWord(source: string, from: number): [Word, number] {
  const word: Word = [];
  let at = from;
  while (at < source.length && !/[\s;&|()<>]/.test(source.charAt(at))) {
    const character = source.charAt(at);
    if (character === "'") {
      const end = source.indexOf("'", at + 1);
      if (end < 0) throw new SyntaxTrouble("no closing quote");
      word.push({ text: source.slice(at + 1, end), isQuoted: true });
      at = end + 1;
    } else if (character === '"') at = readDoubleQuoted(source, at + 1, word);
    else if (character === "\\") {
      if (source.charAt(at + 1) !== "\n") word.push({ text: source.charAt(at + 1), isQuoted: true });
      at += 2;
    } else if (character === "$" || character === "`") at = readExpansion(source, at, word, false);
    else {
      const text = /^[^\s;&|()<>'"\\$`]+/.exec(source.slice(at))?.[0] ?? character;
      word.push({ text, isQuoted: false });
      at += text.length;
    }
  }
  return [word, at];
}

/** Reads up to and over the closing quote. */
function readDoubleQuoted(source: string, from: number, word: Word): number {
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
    } else if (character === "$" || character === "`") at = readExpansion(source, at, word, true);
    else {
      const text = /^[^"\\$`]+/.exec(source.slice(at))?.[0] ?? character;
      word.push({ text, isQuoted: true });
      at += text.length;
    }
  }
}

function readExpansion(source: string, at: number, word: Word, isQuoted: boolean): number {
  const rest = source.slice(at);
  if (rest.startsWith("`")) {
    const end = source.indexOf("`", at + 1);
    if (end < 0) throw new SyntaxTrouble("no closing quote");
    word.push({ script: parseScript(tokenize(source.slice(at + 1, end)), undefined), isQuoted });
    return end + 1;
  }
  if (rest.startsWith("$(")) {
    const end = findClosingParenthesis(source, at + 2);
    word.push({ script: parseScript(tokenize(source.slice(at + 2, end)), undefined), isQuoted });
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

const reserved = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "for",
  "while",
  "until",
  "do",
  "done",
  "case",
  "esac",
  "function",
  "{",
  "}",
]);

/** Consumes `tokens` up to `end` (or to their end) and leaves what follows it. */
function parseScript(tokens: Token[], end: ")" | undefined): Script {
  const script: Script = { items: [] };
  for (;;) {
    while (isOperator(tokens[0], ";", "\n")) {
      // ";;" and a leading ";" are errors in mksh; an empty line is not.
      if (isOperator(tokens[0], ";")) throw new SyntaxTrouble("';' unexpected");
      tokens.shift();
    }
    if (tokens.length === 0) {
      if (end) throw new SyntaxTrouble("'(' unmatched");
      return script;
    }
    if (end && isOperator(tokens[0], end)) {
      tokens.shift();
      return script;
    }
    const chain = parseChain(tokens);
    const isBackground = isOperator(tokens[0], "&");
    script.items.push({ chain, isBackground });
    if (isOperator(tokens[0], ";", "&", "\n")) tokens.shift();
    else if (tokens.length > 0 && !(end && isOperator(tokens[0], end))) throw unexpected(tokens[0]);
  }
}

function parseChain(tokens: Token[]): Chain {
  const chain: Chain = [{ operator: undefined, pipeline: parsePipeline(tokens) }];
  for (;;) {
    const token = tokens[0];
    if (token?.kind !== "operator" || (token.text !== "&&" && token.text !== "||")) return chain;
    tokens.shift();
    while (isOperator(tokens[0], "\n")) tokens.shift();
    chain.push({ operator: token.text, pipeline: parsePipeline(tokens) });
  }
}

function parsePipeline(tokens: Token[]): Pipeline {
  let isNegated = false;
  while (tokens[0]?.kind === "word" && tokens[0].source === "!") {
    isNegated = !isNegated;
    tokens.shift();
  }
  const commands = [parseCommand(tokens)];
  while (isOperator(tokens[0], "|")) {
    tokens.shift();
    while (isOperator(tokens[0], "\n")) tokens.shift();
    commands.push(parseCommand(tokens));
  }
  return { isNegated, commands };
}

function parseCommand(tokens: Token[]): Command {
  if (isOperator(tokens[0], "(")) {
    tokens.shift();
    const script = parseScript(tokens, ")");
    const redirects: Redirect[] = [];
    while (parseRedirect(tokens, redirects));
    return { kind: "group", script, redirects };
  }
  const command: Command = { kind: "simple", assignments: [], words: [], redirects: [] };
  for (;;) {
    if (parseRedirect(tokens, command.redirects)) continue;
    const token = tokens[0];
    if (token?.kind !== "word") break;
    if (command.words.length === 0 && reserved.has(token.source)) throw unexpected(token);
    tokens.shift();
    const assignment = command.words.length === 0 ? readAssignment(token.word) : undefined;
    if (assignment) command.assignments.push(assignment);
    else command.words.push(token.word);
  }
  if (command.words.length + command.assignments.length + command.redirects.length === 0)
    throw unexpected(tokens[0]);
  return command;
}

function parseRedirect(tokens: Token[], redirects: Redirect[]): boolean {
  const token = tokens[0];
  if (token?.kind !== "operator") return false;
  const operator = redirectOperators.find((text) => token.text.replace(/^[012]/, "") === text);
  if (!operator) return false;
  tokens.shift();
  const target = tokens.shift();
  if (target?.kind !== "word") throw unexpected(target);
  redirects.push({ descriptor: descriptorOf(token.text), operator, target: target.word });
  return true;
}

function descriptorOf(redirect: string): Redirect["descriptor"] {
  if (redirect.startsWith("0") || redirect === "<") return 0;
  return redirect.startsWith("2") ? 2 : 1;
}

function readAssignment(word: Word): { name: string; value: Word } | undefined {
  const first = word[0];
  if (!first || !("text" in first) || first.isQuoted) return undefined;
  const match = /^([A-Za-z_]\w*)=/.exec(first.text);
  if (!match) return undefined;
  const value = { text: first.text.slice(match[0].length), isQuoted: false };
  return { name: match[1] ?? "", value: [value, ...word.slice(1)] };
}

function isOperator(token: Token | undefined, ...texts: string[]): boolean {
  return token?.kind === "operator" && texts.includes(token.text);
}

function unexpected(token: Token | undefined): SyntaxTrouble {
  if (!token) return new SyntaxTrouble("unexpected EOF");
  const text = token.kind === "word" ? token.source : token.text === "\n" ? "newline" : token.text;
  return new SyntaxTrouble(`unexpected '${text}'`);
}
