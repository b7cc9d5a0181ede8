import { z } from 'zod';

/** Options of the executor. */
export interface BullmqOptions {
  readonly url: string;
  /** Seconds. */
  readonly lease: number;
  /** Seconds. */
  readonly heartbeat: number;
  readonly ahead: number;
  /** MiB. */
  readonly carry: number;
  readonly attempts: number;
}

export const bullmqOptions: z.ZodType<BullmqOptions> = z
  .strictObject({
    url: z
      .string()
      .min(1)
      .max(4096)
      .describe(
        'Redis or Valkey: redis://[user:password@]host:port[/database], rediss:// for TLS; or $NAME, the environment variable that holds it.',
      ),
    lease: z
      .number()
      .min(0.1)
      .max(86_400)
      .default(30)
      .describe('Seconds after which a trial is given to another worker, when its own gives no sign of life.'),
    heartbeat: z
      .number()
      .min(0.02)
      .max(86_400)
      .default(10)
      .describe('Seconds between signs of life, and between looks at what is lost.'),
    ahead: z.int().min(1).max(100_000).default(512).describe('Trials that wait for a worker at a time, at most.'),
    carry: z
      .number()
      .min(0)
      .max(512)
      .default(16)
      .describe(
        'MiB of a training paused at a rung that Redis keeps at most; a larger one begins anew on another machine, and comes to the same.',
      ),
    attempts: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20)
      .describe('Workers that a trial may be lost with before it has failed.'),
  })
  .refine(({ lease, heartbeat }) => heartbeat <= lease / 2, {
    path: ['heartbeat'],
    error: 'at most half of lease: one that is late must not cost the trial',
  });
