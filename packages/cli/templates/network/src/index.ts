import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import type { Architecture } from '@auto-seg-loss/ops';
import { z } from 'zod';
import { buildTemplateName } from './network.ts';

export interface TemplateNameOptions {
  /** Channels of each layer. */
  readonly width: number;
}

const options: z.ZodType<TemplateNameOptions> = z.strictObject({
  width: z.int().min(1).max(512).default(16).describe('Channels of each layer.'),
});

export const plugin: Plugin<'network', TemplateNameOptions> = definePlugin({
  kind: 'network',
  name: 'template-name',
  summary: 'One line for asl plugins',
  options,
  create: ({ width }): Architecture => ({
    name: 'template-name',
    build: (classes, random) => buildTemplateName(width, classes, random),
  }),
});
