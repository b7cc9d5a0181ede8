/** How the options of a label's reading are written where the user is: in a config, or on the command line. */
export interface OptionNames {
  /** Names an option that says of these values that they do not count. */
  readonly ignore: (values: readonly number[]) => string;
  /** The same of colours, "#rrggbb". */
  readonly ignoreColors: (colors: readonly string[]) => string;
  /** Names an option that takes a preset, or a map from values to classes. */
  readonly map: (map: string | Readonly<Record<string, number>>) => string;
  /** The option that gives each class its colour. */
  readonly colors: string;
  /** Where the classes are named or counted. */
  readonly classes: string;
}

/** For messages about a config. @param path of the labels' options, such as `dataset.labels`. */
export function configOptionNames(path: string): OptionNames {
  return {
    ignore: (values) => `${path}.ignore: ${values.length === 1 ? values[0] : `[${values.join(', ')}]`}`,
    ignoreColors: (colors) => `${path}.ignore: ${JSON.stringify(colors)}`,
    map: (map) => `${path}.map: ${JSON.stringify(map)}`,
    colors: `${path}.colors`,
    classes: 'dataset.classes',
  };
}

/** For messages about arguments. @param of whose values are read: predictions have options of their own. */
export function commandLineOptionNames(of: 'labels' | 'predictions'): OptionNames {
  const map = of === 'labels' ? '--map' : '--prediction-map';
  return {
    // A negative number after a blank would be taken for an option.
    ignore: (values) => `--ignore=${values.join(',')}`,
    ignoreColors: (colors) => `--ignore='${colors.join(',')}'`,
    map: (value) => `${map} ${typeof value === 'string' ? value : `'${JSON.stringify(value)}'`}`,
    colors: `${map} FILE, a class_dict.csv`,
    classes: '--classes',
  };
}
