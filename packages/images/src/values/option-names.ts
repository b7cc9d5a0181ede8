/** How the options of a label's reading are written where the user is: in a config, or on the command line. */
export interface OptionNames {
  /** What is read: "label", "prediction". */
  readonly role: string;
  /** Names an option that says of these values that they do not count; undefined where all must count. */
  readonly ignore: ((values: readonly number[]) => string) | undefined;
  /** The same of colours, "#rrggbb". */
  readonly ignoreColors: ((colors: readonly string[]) => string) | undefined;
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
    role: 'label',
    ignore: (values) => `${path}.ignore: ${values.length === 1 ? values[0] : `[${values.join(', ')}]`}`,
    ignoreColors: (colors) => `${path}.ignore: ${JSON.stringify(colors)}`,
    map: (map) => `${path}.map: ${JSON.stringify(map)}`,
    colors: `${path}.colors`,
    classes: 'dataset.classes',
  };
}

/** For messages about arguments that name labels. */
export const LABEL_ARGUMENTS: OptionNames = {
  role: 'label',
  // A negative number after a blank would be taken for an option.
  ignore: (values) => `--ignore=${values.join(',')}`,
  ignoreColors: (colors) => `--ignore='${colors.join(',')}'`,
  map: (map) => mapArgument('--map', map),
  colors: '--map FILE, a class_dict.csv',
  classes: '--classes',
};

/** For messages about arguments that name predictions: a class must be predicted everywhere. */
export const PREDICTION_ARGUMENTS: OptionNames = {
  role: 'prediction',
  ignore: undefined,
  ignoreColors: undefined,
  map: (map) => mapArgument('--prediction-map', map),
  colors: '--prediction-map FILE, a class_dict.csv',
  classes: '--classes',
};

function mapArgument(option: string, map: string | Readonly<Record<string, number>>): string {
  return `${option} ${typeof map === 'string' ? map : `'${JSON.stringify(map)}'`}`;
}
