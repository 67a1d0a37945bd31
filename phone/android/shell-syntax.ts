import type { Chain, Command, Pipeline, Redirect, Script, Word } from "./shell-script.ts";
import { SyntaxTrouble, type Token, tokenize } from "./shell-tokens.ts";

export type ParseResult = { ok: true; script: Script } | { ok: false; unexpected: string };

const redirectOperators = ["<", ">", ">>", ">&"] as const;

/**
 * Parses the part of mksh's grammar that computers send to phones: quoting, `$name`, `$(…)`, `;`, `&`, `&&`, `||`, `|`,
 * `!`, redirections and `( … )`. Words such as `if` and `for` are a syntax error.
 */
export function parseShell(source: string): ParseResult {
  try {
    const tokens = tokenize(source, parseAll);
    const script = parseAll(tokens);
    return { ok: true, script };
  } catch (error) {
    if (error instanceof SyntaxTrouble) return { ok: false, unexpected: error.unexpected };
    throw error;
  }
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

const parseAll = (tokens: Token[]) => parseScript(tokens, undefined);

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
