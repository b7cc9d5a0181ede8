/** How long a training takes, seen on its first iterations; in seconds. */
export interface TimedTraining {
  /** How many were timed. */
  readonly iterations: number;
  /** Each. */
  readonly iteration: number;
  /** What comes before the first: the loss is checked, the network built. */
  readonly beginning: number;
  /** What comes after the last: the network is scored. */
  readonly scoring: number;
}

/** A first training is slower than those that come after it. */
const FIRST = 2;
const SECOND = 5;
/** So long that no other need be looked at. */
const SLOW_S = 10;
/** The last training has so many iterations that they take this many seconds. */
const TIMED_S = 8;

/**
 * Times a training by beginning it a few times, each time for longer.
 * @param iterations of the whole training.
 * @param train trains the first iterations and scores the network; tells when they were trained, of several times the last.
 */
export async function timeTraining(
  iterations: number,
  train: (until: number, trained: () => void) => Promise<void>,
): Promise<TimedTraining> {
  const once = async (until: number): Promise<{ until: number; training: number; scoring: number }> => {
    const started = performance.now();
    let trained = started;
    await train(until, () => {
      trained = performance.now();
    });
    return { until, training: (trained - started) / 1000, scoring: (performance.now() - trained) / 1000 };
  };
  const first = await once(Math.min(FIRST, iterations));
  if (first.training > SLOW_S || iterations <= FIRST) return alone(first);
  const second = await once(Math.min(SECOND, iterations));
  const wanted = Math.ceil((TIMED_S * second.until) / Math.max(second.training, 1e-3));
  const last = Math.min(iterations, wanted);
  if (last < 2 * second.until) return alone(second);
  const third = await once(last);
  const iteration = Math.max(0, third.training - second.training) / (third.until - second.until);
  const { scoring } = third;
  return { iterations: last, iteration, beginning: Math.max(0, third.training - last * iteration), scoring };
}

function alone(one: { readonly until: number; readonly training: number; readonly scoring: number }): TimedTraining {
  return { iterations: one.until, iteration: one.training / one.until, beginning: 0, scoring: one.scoring };
}
