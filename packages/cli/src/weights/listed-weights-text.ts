import { aslCommand } from '@auto-seg-loss/kernel';
import type { ElsewhereWeights, ListedWeights } from '@auto-seg-loss/weights';
import { formatTable } from '../terminal/table.ts';

/** What can be installed, whether it is, and where other weights come from. */
export function listedWeightsText(
  installable: readonly ListedWeights[],
  elsewhere: readonly ElsewhereWeights[],
): string {
  const table = formatTable(
    ['name', 'size', 'trained on', 'licence', 'installed'],
    installable.map(({ name, bytes, data, licence, path }) => [
      name,
      `${(bytes / 1e6).toFixed(1)} MB`,
      data,
      licence,
      path ?? `no: ${aslCommand('weights', 'install', name)}`,
    ]),
    ['left', 'left', 'left', 'left', 'left'],
  );
  return [
    table,
    '',
    'Others you fetch yourself, as .pth or safetensors, and name by their path. All were trained on ImageNet-1k.',
    ...elsewhere.flatMap(elsewhereLines),
    '',
    'Licences are those that the authors give. ImageNet was made for research: its terms may bind what was trained on it.',
  ].join('\n');
}

function elsewhereLines({ backbones, deepStem, from, names, licence }: ElsewhereWeights): readonly string[] {
  return [
    '',
    from,
    `  for       ${backbones.join(', ')}${deepStem ? ', with a deep stem' : ''}`,
    `  as        ${names.join(', ')}`,
    `  licence   ${licence}`,
  ];
}
