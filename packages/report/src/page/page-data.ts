// What a page is made of: plain data that was computed before, so that a browser only draws it.

/** A page: sections one below the other. */
export interface PageData {
  /** For example `Search for miou`. */
  readonly title: string;
  /** What it is of, in one line. */
  readonly subtitle: string;
  /** What must be known before anything else: a run that is not at its end. */
  readonly notices: readonly string[];
  readonly sections: readonly Section[];
}

export interface Section {
  /** Of its heading's element: letters and hyphens. */
  readonly id: string;
  readonly heading: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  readonly charts: readonly Chart[];
  readonly tables: readonly Table[];
  /** Texts to be looked at as they are, such as a config. */
  readonly listings?: readonly Listing[];
  readonly pictures?: readonly Picture[];
}

export interface Picture {
  /** What it is of, below it. */
  readonly caption: string;
  /** What is to be seen in it, in words. */
  readonly description: string;
  /** A PNG in base64. */
  readonly png: string;
  readonly width: number;
  readonly height: number;
}

export interface Listing {
  readonly name: string;
  readonly text: string;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** As long as there are columns; null for what is not known. `chart`: what the section's chart is drawn of. */
  readonly rows: readonly (readonly Cell[])[] | 'chart';
  /** Whether it is folded away, and made when it is opened: it says in words what a chart shows, or is long. */
  readonly folded: boolean;
}

export interface Column {
  readonly name: string;
  /** Digits behind the point; undefined for words. */
  readonly digits?: number;
}

export type Cell = string | number | null;

export interface Chart {
  /** What is to be seen in it, in words. */
  readonly description: string;
  readonly drawn: Drawn;
}

export type Drawn =
  | RewardsChart
  | CurvesChart
  | SurfaceChart
  | ParallelChart
  | SharesChart
  | ClassesChart
  | RepeatsChart
  | FrontChart;

/** Rewards of trials in the order of the search. Rewards and all that is compared with them are in percent. */
export interface RewardsChart {
  readonly kind: 'rewards';
  readonly metric: string;
  /** As tuples: of thousands of trials, names of fields are most of a page. */
  readonly trials: readonly RewardRow[];
  /** Of the axis; trials far below the others are drawn at its end. */
  readonly range: readonly [low: number, high: number];
  /** What the winner is worth; null where it is not known. */
  readonly worth: { readonly mean: number; readonly interval: readonly [number, number] | null } | null;
  /** Standard deviation of a single training's reward; null where nothing was tried again. */
  readonly noise: number | null;
  /** Number of the trial that was named; null for none. */
  readonly winner: number | null;
}

export type RewardRow = readonly [
  number: number,
  round: number,
  status: RewardPoint['status'],
  reward: number | null,
  best: number | null,
  trainings: number,
  hours: number | null,
];

export interface RewardPoint {
  /** From 1. */
  readonly number: number;
  /** From 1. */
  readonly round: number;
  readonly status: 'complete' | 'pruned' | 'failed';
  readonly reward: number | null;
  /** Of the complete ones so far; null before the first. */
  readonly best: number | null;
  /** Whole trainings up to its end: a pruned one counts with its share. */
  readonly trainings: number;
  /** Core hours up to its end; null where times are not known. */
  readonly hours: number | null;
}

/** Curves, each in a square of its own. */
export interface CurvesChart {
  readonly kind: 'curves';
  readonly names: readonly string[];
  /** The best by time, the last one the winner. */
  readonly steps: readonly {
    /** For example `round 3, trial 17`. */
    readonly name: string;
    /** From left to right, one list for each of the names. */
    readonly curves: readonly (readonly (readonly [number, number])[])[];
    /** Control points, ends included. */
    readonly points: readonly (readonly (readonly [number, number])[])[];
  }[];
}

/** Two losses by the probabilities that a network gives a class. */
export interface SurfaceChart {
  readonly kind: 'surface';
  readonly probabilities: readonly number[];
  readonly surfaces: readonly {
    readonly name: string;
    /** [wrong][right]. */
    readonly values: readonly (readonly number[])[];
  }[];
}

export interface ParallelChart {
  readonly kind: 'parallel';
  /** Coordinates. */
  readonly axes: readonly string[];
  readonly reward: string;
  /** By reward, the worst first. */
  readonly trials: readonly {
    readonly number: number;
    /** In percent. */
    readonly reward: number;
    /** In thousandths. */
    readonly theta: readonly number[];
  }[];
  /** How many of the last trials stand out. */
  readonly top: number;
  /** From the best on, every so-manieth is drawn. */
  readonly every: number;
}

/** Shares of a whole, in percent. */
export interface SharesChart {
  readonly kind: 'shares';
  /** What shares are of, for the axis. */
  readonly of: string;
  readonly shares: readonly {
    readonly name: string;
    readonly value: number;
    readonly interval: readonly [number, number];
  }[];
}

/** Values by class, in percent, of one metric at a time. */
export interface ClassesChart {
  readonly kind: 'classes';
  readonly classes: readonly string[];
  readonly metrics: readonly {
    readonly name: string;
    readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  }[];
}

/** Repeated measurements in percent, by what was measured, of one metric at a time. */
export interface RepeatsChart {
  readonly kind: 'repeats';
  readonly metrics: readonly {
    readonly name: string;
    readonly rows: readonly {
      readonly name: string;
      readonly values: readonly (number | null)[];
      readonly mean: number | null;
      /** From where to where the mean may lie, or one deviation to both sides; null for a single value. */
      readonly interval: readonly [number, number] | null;
    }[];
  }[];
  /** What the intervals are, in words. */
  readonly intervals: string;
}

/** What trials score by several metrics, two at a time, with the losses that none other beats by all of them. In percent. */
export interface FrontChart {
  readonly kind: 'front';
  readonly metrics: readonly string[];
  /** As tuples, with the scores last, one for each metric; null for a trial that failed. */
  readonly trials: readonly (readonly [
    number: number,
    round: number,
    status: RewardPoint['status'],
    scores: readonly number[] | null,
  ])[];
  /** From the best by the first metric to the worst by it. */
  readonly front: readonly { readonly name: string; readonly scores: readonly number[] }[];
  /** Which of them is the knee: an index. */
  readonly knee: number;
  /** What the scores of the front are, for the legend. */
  readonly of: string;
}
