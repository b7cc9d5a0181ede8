// Loader hooks that change the text of one module as it is loaded: a planted fault, with nothing written to disk.

let fault;

export function initialize(data) {
  fault = data;
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (url !== fault.url) return loaded;
  const text = loaded.source.toString();
  const [before, ...after] = text.split(fault.find);
  if (after.length !== 1) throw new Error(`"${fault.find}" stands ${after.length} times in ${url}`);
  return { ...loaded, source: `${before}${fault.replace}${after[0]}` };
}
