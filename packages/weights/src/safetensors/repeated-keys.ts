const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Whether a key stands twice in an object of a JSON text, of which `JSON.parse` keeps the last without a word: each member has
 * one colon outside of strings.
 * @param parsed what the text says.
 */
export function hasRepeatedKeys(text: string, parsed: unknown): boolean {
  return colonsOutsideStrings(text) !== membersOf(parsed);
}

function colonsOutsideStrings(text: string): number {
  let colons = 0;
  let within = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) within = !within;
    else if (within && code === BACKSLASH) index++;
    else if (!within && code === COLON) colons++;
  }
  return colons;
}

/** Without recursion: a header may be nested as deep as it is long. */
function membersOf(parsed: unknown): number {
  let members = 0;
  const open = [parsed];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const within: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (!Array.isArray(value)) members += within.length;
    for (const each of within) open.push(each);
  }
  return members;
}
