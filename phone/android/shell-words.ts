import type { Android } from "./android.ts";
import { absolute } from "./process.ts";
import type { Script, Word } from "./shell-script.ts";

/** What words are expanded against. */
export interface ExpansionContext {
  android: Android;
  directory: string;
  variable(name: string): string;
  /** Runs `$(…)`; answers what it printed. */
  substitute(script: Script): Promise<string>;
}

/** A character of an expanded word that quoting protects from splitting and from patterns. */
interface Character {
  text: string;
  isQuoted: boolean;
}

/** Variables, substitutions, splitting at blanks and file name patterns, as POSIX orders them. */
export async function expandWords(words: readonly Word[], context: ExpansionContext): Promise<string[]> {
  const fields: string[] = [];
  for (const word of words) {
    for (const field of await split(word, context)) fields.push(...glob(field, context));
  }
  return fields;
}

/** One word without splitting or patterns: for assignments and redirections. */
export async function expandWord(word: Word, context: ExpansionContext): Promise<string> {
  let text = "";
  for (const part of word) text += "text" in part ? part.text : await valueOf(part, context);
  return text;
}

async function valueOf(
  part: { variable: string } | { script: Script },
  context: ExpansionContext,
): Promise<string> {
  return "variable" in part ? context.variable(part.variable) : await context.substitute(part.script);
}

async function split(word: Word, context: ExpansionContext): Promise<Character[][]> {
  const fields: Character[][] = [];
  let field: Character[] | undefined;
  for (const part of word) {
    const isLiteral = "text" in part;
    const value = isLiteral ? part.text : await valueOf(part, context);
    if (part.isQuoted) field ??= [];
    for (const text of value) {
      if (!part.isQuoted && !isLiteral && /[ \t\n]/.test(text)) {
        if (field) fields.push(field);
        field = undefined;
      } else {
        field ??= [];
        field.push({ text, isQuoted: part.isQuoted });
      }
    }
  }
  if (field) fields.push(field);
  return fields;
}

/** Names that match `*`, `?` and `[…]`; the word itself when none does. */
function glob(field: readonly Character[], context: ExpansionContext): string[] {
  const plain = field.map(({ text }) => text).join("");
  if (!field.some(({ text, isQuoted }) => !isQuoted && /[*?[]/.test(text))) return [plain];
  const pattern = field
    .map(({ text, isQuoted }) => (isQuoted ? escapeRegExp(text) : patternOf(text)))
    .join("");
  let found = [plain.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter(Boolean)) {
    const expression = new RegExp(`^${part}$`, "u");
    found = found.flatMap((directory) => {
      const listed = context.android.files.list(absolute(context, directory));
      if (!listed.ok) return [];
      const names = listed.value.map(({ name }) => name).filter((name) => expression.test(name));
      return names
        .filter((name) => !name.startsWith(".") || part.startsWith("\\."))
        .map((name) => join(directory, name));
    });
  }
  return found.length > 0 ? found : [plain];
}

function join(directory: string, name: string): string {
  if (directory === "") return name;
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

function patternOf(character: string): string {
  if (character === "*") return "[^]*";
  if (character === "?") return "[^]";
  return /[[\]^-]/.test(character) ? character : escapeRegExp(character);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
