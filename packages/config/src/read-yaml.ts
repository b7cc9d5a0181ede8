import { Composer, type CST, type Document, isMap, isScalar, Lexer, Parser, visit, type YAMLMap } from 'yaml';
import { checkKey, TextFault } from './text-fault.ts';

/** The parser of YAML takes ten times as long as that of JSON: a third of a second for so much. */
const MOST_CHARACTERS = 2 ** 16;
/** In open lists and maps; what is read of them is bounded too. */
const DEEPEST = 128;
const MOST_ALIASES = 100;

/**
 * Reads a YAML 1.2 document. The parser's own checks of keys and aliases take a time that grows with the square of their
 * number; these do not.
 * @throws TextFault
 */
export function readYaml(text: string): unknown {
  if (text.length > MOST_CHARACTERS)
    throw new TextFault(
      `it has more than ${MOST_CHARACTERS} characters, the most of YAML that is read; JSON may be longer`,
      0,
    );
  const options = { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
  const [document, second] = [...new Composer(options).compose(tokensOf(text), true, text.length)];
  if (document === undefined) throw new TextFault('it has no document', 0);
  if (second !== undefined) throw new TextFault('it has more than one document', second.range[0]);
  const [first] = document.errors;
  if (first !== undefined) throw new TextFault(first.message, first.pos[0], 'it is no YAML');
  checkAliases(document);
  return document.toJS();
}

/**
 * The parts of the text. What is nested too deeply is refused before it is composed: that calls itself for each level, and at
 * the end of its stack the process dies.
 */
function tokensOf(text: string): readonly CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > DEEPEST) throw new TextFault('it is nested too deeply', parser.offset);
  }
  return [...tokens, ...parser.end()];
}

/** Keys too, which are all met on the way. */
function checkAliases(document: Document.Parsed): void {
  /** The node that an anchor names: the last one that stands before. */
  const anchors = new Map<string, unknown>();
  let aliases = 0;
  visit(document, {
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isMap(node)) checkKeys(node);
    },
    Alias: (_key, { source, range }, path) => {
      const offset = range?.[0] ?? 0;
      const meant = anchors.get(source);
      if (meant === undefined)
        throw new TextFault(`the alias *${source} has no anchor before it`, offset, 'an alias has no anchor before it');
      if ((path as readonly unknown[]).includes(meant))
        throw new TextFault(`the alias *${source} stands in what it means`, offset, 'an alias stands in what it means');
      if (++aliases > MOST_ALIASES) throw new TextFault(`more than ${MOST_ALIASES} aliases`, offset);
    },
  });
}

function checkKeys({ items }: YAMLMap): void {
  const before = new Set<string>();
  for (const { key } of items) {
    if (isScalar(key)) checkKey(String(key.value), before, key.range?.[0] ?? 0);
  }
}
