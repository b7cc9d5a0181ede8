/**
 * Lines as the docstring of a file. Raw where there are backslashes, so that what is in it can be copied; a line may come
 * from a loss file of somebody else, and must not end the docstring.
 */
export function pythonDocstring(lines: readonly string[]): string {
  const text = lines.join('\n');
  if (!text.includes('\\')) return `"""${docstringText(text)}\n"""`;
  return text.includes('"""') ? `"""${docstringText(text)}\n"""` : `r"""${text}\n"""`;
}

/** A text as it can stand in a docstring that is not raw. */
export function docstringText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
}
