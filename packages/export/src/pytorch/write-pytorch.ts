import type { ExportedLoss } from '../exported-loss.ts';
import { pythonCases } from '../python/python-check.ts';
import { pythonCurve } from '../python/python-curves.ts';
import { pythonDocstring } from '../python/python-docstring.ts';
import { pythonFormula, pythonPredictions } from '../python/python-formula.ts';
import { lossHelpers, OWN_PARAMETERS, type OwnTerm, ownFunction, ownTerms } from '../python/python-loss.ts';
import { indented, pythonNumber, pythonTuple } from '../python/python-syntax.ts';
import { operand } from '../source/code.ts';
import { helperTexts, isPlanar } from '../source/helpers.ts';
import type { Prediction } from '../source/predictions.ts';
import { type WrittenTerms, writeTerms } from '../source/write-terms.ts';
import { pytorchCore } from './pytorch-core.ts';
import { pytorchHelpers } from './pytorch-helpers.ts';
import { pytorchLossHelpers, pytorchLossSyntax } from './pytorch-loss.ts';
import { pytorchSyntax } from './pytorch-syntax.ts';

/** What a framework around PyTorch adds to the file. */
export interface Wrapping {
  /** The imports besides torch, sorted. */
  readonly imports: readonly string[];
  /** How to use it, for the header. */
  readonly usage: readonly string[];
  /** The class that the framework calls. @param core the name of the module. */
  readonly source: (name: string, core: string) => string;
}

const TAKEN = ['EPSILON', 'NARROW', 'STEEPEST', 'TINY', 'CASES', 'OF_IMAGES', 'check'];

/** A loss as a Python file that needs PyTorch alone: a module of logits [N, C, H, W] and labels [N, H, W]. */
export function writePytorch(loss: ExportedLoss, wrapping?: Wrapping): string {
  const { name, header, terms, handMade = [], cases } = loss;
  const core = wrapping === undefined ? name : `_${name}`;
  const written = writeTerms(terms, pytorchSyntax, [name, core, ...TAKEN], false);
  const planar = isPlanar(written.helpers);
  const own = ownTerms(handMade, pytorchLossSyntax, [core]);
  const blocks = [
    ...helperTexts(pytorchHelpers, written.helpers),
    ...lossHelpers(own, pytorchLossHelpers),
    ...written.terms.map(pythonFormula),
    ...own.map((term) =>
      ownFunction(term, 'Masks are [N, C, H, W], valid is [N, 1, H, W].', (value) => `${operand(value, 'atom')}.sum()`),
    ),
    ...(own.length === 0 ? [] : [handMadeSum(own)]),
    ...(terms.length === 0 ? [] : [sumsAndLoss(written), pytorchCore(planar)]),
    checks(planar),
    classOf(core, { planar, searched: terms.length > 0, handMade: own.length > 0 }),
    ...(wrapping === undefined ? [] : [wrapping.source(name, core)]),
    pythonCases(cases),
    selfCheck(core),
  ].map((block) => block.trim());
  const body = blocks.join('\n\n\n');
  const curves =
    written.curves.length === 0
      ? []
      : [
          [
            '# Curves in place of the identity, as quadratic Bezier pieces: start, handle, end.',
            ...written.curves.map(({ constant, curve }) => pythonCurve(constant, curve)),
          ].join('\n'),
        ];
  const constants = [
    ...curves,
    ...(body.includes('EPSILON') ? ['EPSILON = 1e-8  # added to denominators'] : []),
    ...(terms.length === 0
      ? []
      : [`# Which sums have a row for each image; the last one counts pixels.\nOF_IMAGES = ${flags(written)}`]),
  ].join('\n\n');
  const usage = wrapping === undefined ? [] : ['', 'How to use it:', ...wrapping.usage.map((line) => `    ${line}`)];
  return [
    pythonDocstring([...header, ...usage]),
    `\n${imports(body, wrapping)}`,
    ...(constants === '' ? [] : [`\n${constants}`]),
    `\n\n${body}\n`,
  ].join('\n');
}

function imports(body: string, wrapping: Wrapping | undefined): string {
  const standard = /\bmath\./.test(body) ? 'import math\n\n' : '';
  const functional = /\bF\./.test(body) ? ['import torch.nn.functional as F'] : [];
  const own = wrapping?.imports ?? [];
  return (
    standard +
    [
      'import torch',
      ...(body.includes('torch.distributed.') ? ['import torch.distributed'] : []),
      ...functional,
      ...own.filter((line) => !line.includes('torch.')),
      'from torch import nn',
      ...own.filter((line) => line.includes('torch.')),
    ].join('\n')
  );
}

function flags({ terms }: WrittenTerms): string {
  const all = [...terms.flatMap(({ ofImages }) => ofImages), false].map((own) => (own ? 'True' : 'False'));
  return pythonTuple(all, 100 - 'OF_IMAGES = '.length);
}

function handMadeSum(own: readonly OwnTerm[]): string {
  const lines = own.map(({ weight, functionName }, index) => {
    const value = `${functionName}(*inputs)`;
    return `        loss = ${index === 0 ? '' : 'loss + '}${weight === 1 ? value : `${pythonNumber(weight)} * ${value}`}`;
  });
  return `def _hand_made(logits, target, ignore_index):
    """The hand-made terms, in float32, or in float64 of float64 logits; 0 where no pixel counts."""
    with torch.autocast(logits.device.type, enabled=False):
        logits = logits if logits.dtype == torch.float64 else logits.float()
        prediction, log_prediction = torch.softmax(logits, 1), torch.log_softmax(logits, 1)
        valid = (target >= 0) & (target < logits.shape[1]) & (target != ignore_index)
        valid = valid.unsqueeze(1).to(logits)
        classes = torch.arange(logits.shape[1], device=logits.device)
        classes = classes.view(-1, *[1] * (logits.dim() - 2))
        label = (target.unsqueeze(1) == classes) * valid
        inputs = (${OWN_PARAMETERS})
${lines.join('\n')}
        return loss * valid.amax()`;
}

function sumsAndLoss({ terms, predictions }: WrittenTerms): string {
  const own = terms.map(({ sumsName, prediction }) => `            *${sumsName}(${prediction}, label, valid),`);
  const asTheyAre = predictions.every(({ temperature }) => temperature === 1);
  let from = 0;
  const losses = terms.map(({ weight, scoreName, ofImages }) => {
    const slice = `sums[${from}:${from + ofImages.length}]`;
    from += ofImages.length;
    const loss = `1 - ${scoreName}(*${slice})`;
    return weight === 1 ? loss : `${pythonNumber(weight)} * (${loss})`;
  });
  return `def _sums(logits, target, ignore_index):
    """All sums of softmax(logits${asTheyAre ? '' : ' / temperature'}), in float32, or in float64 of float64 logits."""
    with torch.autocast(logits.device.type, enabled=False):
${indented(softmaxes(predictions, asTheyAre), 2)}
        classes = torch.arange(logits.shape[1], dtype=prediction.dtype, device=logits.device)
        classes = classes.view(-1, *[1] * (logits.dim() - 2))
        true = torch.where(target == ignore_index, -1, target.to(prediction)).unsqueeze(1)
        label = 1 - (true - classes).abs_().clamp_(max=1)  # quicker than comparisons
        valid = label.sum(1)
        pixels = valid.sum().expand(1, logits.shape[1])
        return (
${own.join('\n')}
            pixels,
        )


def _loss(sums):
    """The loss of all sums; 0 where no pixel counts."""
${losses.map((loss, index) => `    loss = ${index === 0 ? '' : 'loss + '}${loss}`).join('\n')}
    return loss * (sums[-1].amax() > 0)`;
}

/** Statements for the predictions of the terms. */
function softmaxes(predictions: readonly Prediction[], asTheyAre: boolean): readonly string[] {
  const float = 'logits if logits.dtype == torch.float64 else logits.float()';
  if (asTheyAre) return [`prediction = torch.softmax(${float}, 1)`];
  return [`logits = ${float}`, ...pythonPredictions(predictions, 'logits', (of) => `torch.softmax(${of}, 1)`)];
}

function checks(planar: boolean): string {
  const dims = planar
    ? `    if logits.dim() != 4:
        raise ValueError(
            f"this metric looks at outlines, in images: expected logits (N, C, H, W), received "
            f"{tuple(logits.shape)}; give it the slices of a volume as images"
        )`
    : `    if logits.dim() < 3:
        raise ValueError(
            f"expected logits (N, C, H, W), received {tuple(logits.shape)}; "
            "logits of one image need logits.unsqueeze(0)"
        )`;
  return `def _check(logits, target):
    """Shapes and types: what costs nothing."""
${dims}
    if logits.shape[1] < 2:
        raise ValueError(
            f"expected logits of at least 2 classes, received {logits.shape[1]}; "
            "for a foreground x alone, give torch.cat([torch.zeros_like(x), x], 1)"
        )
    if not logits.is_floating_point():
        raise ValueError(f"expected floating-point logits, received {logits.dtype}")
    shape = (logits.shape[0], *logits.shape[2:])
    if tuple(target.shape) != shape:
        raise ValueError(
            f"expected target {shape} for logits {tuple(logits.shape)}, received "
            f"{tuple(target.shape)}; give class numbers, one for each pixel, at the logits' size"
        )
    if target.is_floating_point() or target.is_complex() or target.dtype == torch.bool:
        raise ValueError(
            f"expected target of integers, received {target.dtype}; give target.long()"
        )


@torch.no_grad()
def _check_values(logits):
    """Whether they look like logits: costs a pass, so the first call only."""
    if logits.numel() == 0 or logits.min() < 0 or logits.max() > 1:
        return
    if (logits.double().sum(1) - 1).abs().max() < 1e-2:
        raise ValueError(
            "expected logits, received probabilities (in [0, 1], with a sum of 1 for each pixel); "
            "give what goes into the softmax, not what comes out of it"
        )`;
}

/** What the class of the loss has to do. */
interface Parts {
  /** Whether it looks at outlines, in images. */
  readonly planar: boolean;
  readonly searched: boolean;
  readonly handMade: boolean;
}

function classOf(name: string, { planar, searched, handMade }: Parts): string {
  const shapes = planar
    ? 'logits (N, C, H, W), target (N, H, W)'
    : 'logits (N, C, H, W), target (N, H, W); or with any other dimensions';
  return `class ${name}(nn.Module):
    """loss(logits, target): ${shapes}.

    Logits are not normalised; the target holds class numbers: those that are \`ignore_index\`, or
    outside [0, C), do not count, and the loss is 0 where none does. Computed in float32, also under
    autocast, or in float64 of float64 logits.
${PROCESS_GROUP}${handMade ? OWN_BATCH : ''}    """

    def __init__(self, ignore_index=255, process_group=None):
        super().__init__()
        self.ignore_index = ignore_index
        self.process_group = process_group
        self._checked = False

    def forward(self, logits, target):
        _check(logits, target)
        if not (self._checked or torch.compiler.is_compiling()):
            _check_values(logits)
            self._checked = True
${searched ? searchedPart(handMade) : ''}${handMade ? `        return ${searched ? 'loss + ' : ''}_hand_made(logits, target, self.ignore_index)` : ''}`.trimEnd();
}

const PROCESS_GROUP = `
    With a \`process_group\` (torch.distributed.group.WORLD for all), loss and gradient under
    DistributedDataParallel are those of the batches of all processes as one.
`;

const OWN_BATCH = `
    Hand-made terms are not gathered: each process has those of its own batch, of whose gradients
    DistributedDataParallel takes the mean.
`;

function searchedPart(handMade: boolean): string {
  return `        if torch.compiler.is_compiling():  # compilers fuse what is written plainly
            sums = _sums(logits, target, self.ignore_index)
        else:
            sums = _PartByPart.apply(logits, target, self.ignore_index)
        if self.process_group is not None:
            sums = _of_all_processes(sums, self.process_group)
        with torch.autocast(logits.device.type, enabled=False):
            ${handMade ? 'loss =' : 'return'} _loss(sums)
`;
}

function selfCheck(name: string): string {
  return `def check():
    """Compares with what Auto Seg-Loss computes."""
    for number, case in enumerate(CASES, 1):
        n, c, h, w = case["shape"]
        logits = torch.tensor(case["logits"], dtype=torch.float64).view(n, c, h, w).requires_grad_()
        labels = torch.tensor(case["labels"]).view(n, h, w)
        value = ${name}()(logits, labels)
        value.backward()
        expected = torch.tensor(case["gradient"], dtype=torch.float64).view(n, c, h, w)
        difference = abs(value.item() - case["value"])
        assert difference < 1e-5, f"case {number}: the value differs by {difference}"
        difference = (logits.grad - expected).abs().max() / expected.abs().max().clamp(min=1e-8)
        assert difference < 1e-3, f"case {number}: the gradient differs by {difference}"
    print(f"{len(CASES)} cases agree")


if __name__ == "__main__":
    check()`;
}
