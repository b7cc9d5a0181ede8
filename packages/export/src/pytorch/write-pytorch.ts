import type { ExportedLoss } from '../exported-loss.ts';
import { pythonCases } from '../python/python-check.ts';
import { pythonCurve } from '../python/python-curves.ts';
import { indented, pythonNumber, pythonSyntax } from '../python/python-syntax.ts';
import { helperTexts } from '../source/helpers.ts';
import { type WrittenTerm, writeTerms } from '../source/write-terms.ts';
import { pytorchHelpers } from './pytorch-helpers.ts';

/** A loss as a Python file that needs PyTorch alone: a module of logits [N, C, H, W] and labels [N, H, W]. */
export function writePytorch({ name, header, terms, cases }: ExportedLoss): string {
  const written = writeTerms(terms, pythonSyntax, [name, 'EPSILON', 'NARROW', 'STEEPEST', 'TINY', 'CASES']);
  const parts = [
    `"""${header.join('\n')}\n"""`,
    'import math\n\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn',
    '# Curves in place of the identity, as quadratic Bezier pieces: start, handle, end.',
    ...written.curves.map(({ constant, curve }) => pythonCurve(constant, curve)),
    'EPSILON = 1e-8  # added to denominators',
    ...helperTexts(pytorchHelpers, written.helpers),
    ...written.terms.map(functionsOf),
    classOf(name, written.terms),
    pythonCases(cases),
    selfCheck(name),
  ];
  return `${parts.join('\n\n\n')}\n`;
}

function functionsOf({ metric, sumsName, scoreName, formula }: WrittenTerm): string {
  const { sums, score } = formula;
  return `def ${sumsName}(prediction, label, valid):
    """What ${metric} adds up, for each class: [1, C], or [N, C] where each image counts for itself."""
${indented([...sums.statements, `return ${tuple(sums.names)}`])}


def ${scoreName}(${sums.names.join(', ')}):
    """${metric} of soft predictions, in [0, 1]."""
${indented([...score.statements, `return ${score.result}`])}`;
}

/** Of one element too. */
function tuple(names: readonly string[]): string {
  return names.length === 1 ? `(${names[0]},)` : names.join(', ');
}

function classOf(name: string, terms: readonly WrittenTerm[]): string {
  const losses = terms.map(({ weight, scoreName, sumsName }) => {
    const loss = `(1 - ${scoreName}(*${sumsName}(prediction, label, valid)))`;
    return weight === 1 ? loss : `${pythonNumber(weight)} * ${loss}`;
  });
  return `class ${name}(nn.Module):
    """${name}()(logits, target): logits (N, C, H, W), not normalised; target (N, H, W), classes as integers.

    Pixels whose target is \`ignore_index\`, or outside [0, C), do not count. Computed in float32 under autocast, in float64 of
    float64 logits. 0 where no pixel counts.
    """

    def __init__(self, ignore_index=255):
        super().__init__()
        self.ignore_index = ignore_index

    def forward(self, logits, target):
        with torch.autocast(logits.device.type, enabled=False):
            logits = logits if logits.dtype == torch.float64 else logits.float()
            prediction = torch.softmax(logits, 1)
            valid = (target >= 0) & (target < logits.shape[1]) & (target != self.ignore_index)
            classes = torch.arange(logits.shape[1], device=logits.device).view(1, -1, 1, 1)
            label = ((target.unsqueeze(1) == classes) & valid.unsqueeze(1)).to(logits)
            valid = valid.to(logits)
            loss = ${losses.join(' + ')}
            return loss * valid.amax()`;
}

function selfCheck(name: string): string {
  return `def check():
    """Compares with what Auto Seg-Loss computes."""
    for number, case in enumerate(CASES, 1):
        n, c, h, w = case["shape"]
        logits = torch.tensor(case["logits"], dtype=torch.float64).view(n, c, h, w).requires_grad_()
        value = ${name}()(logits, torch.tensor(case["labels"]).view(n, h, w))
        value.backward()
        expected = torch.tensor(case["gradient"], dtype=torch.float64).view(n, c, h, w)
        largest = max(expected.abs().max().item(), 1e-8)
        assert abs(value.item() - case["value"]) < 1e-5, f"case {number}: {value.item()} for {case['value']}"
        difference = (logits.grad - expected).abs().max().item() / largest
        assert difference < 1e-3, f"case {number}: the gradient differs by {difference} of its largest entry"
    print(f"{len(CASES)} cases agree")


if __name__ == "__main__":
    check()`;
}
