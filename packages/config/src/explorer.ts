import { createRequire } from 'node:module';

/** Makes a value of a file's text. */
export type Loader = (file: string, text: string) => unknown;

interface Found {
  readonly config: unknown;
  readonly filepath: string;
}

/** cosmiconfig's search in one folder, and its reading of one file. */
export interface ConfigExplorer {
  readonly search: (folder: string) => Promise<Found | null>;
  readonly load: (file: string) => Promise<Found | null>;
}

type Explorer = new (options: Readonly<Record<string, unknown>>) => ConfigExplorer;

/**
 * cosmiconfig without its settings for itself: the function that it exports first looks into the working folder for
 * `.config/config.js` and its like, and runs it, whatever it was asked for. The class behind that function does not.
 */
const { Explorer } = createRequire(import.meta.url)('cosmiconfig/dist/Explorer.js') as { readonly Explorer: Explorer };

/** @param places names that a config is looked for under. @param loaders by ending; `noExt` and `default` for the others. */
export function explorer(places: readonly string[], loaders: Readonly<Record<string, Loader>>): ConfigExplorer {
  const cosmiconfig = new Explorer({
    moduleName: 'asl',
    packageProp: 'asl',
    searchPlaces: [...places],
    searchStrategy: 'none',
    cache: false,
    ignoreEmptySearchPlaces: false,
    loaders,
    transform: (found: unknown) => found,
    metaConfigFilePath: null,
    mergeImportArrays: true,
    mergeSearchPlaces: false,
    applyPackagePropertyPathToConfiguration: false,
  });
  return {
    search: (folder) => cosmiconfig.search(folder),
    load: (file) => cosmiconfig.load(file),
  };
}
