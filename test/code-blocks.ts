/** A fenced block of code in a page of the docs. */
export interface CodeBlock {
  readonly language: string;
  /** `title=…` after the language: the file that it is. */
  readonly title: string | undefined;
  /** What else stands after the language. */
  readonly words: readonly string[];
  readonly text: string;
}

export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(\S+)([^\n]*)\n(.*?)^```$/gms)].map(([, language = '', info = '', text = '']) => {
    const words = info.trim().split(/\s+/).filter(Boolean);
    const title = words.find((word) => word.startsWith('title='))?.slice('title='.length);
    return { language, title, words: words.filter((word) => !word.startsWith('title=')), text };
  });
}
