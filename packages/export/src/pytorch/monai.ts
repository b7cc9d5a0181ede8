import type { Wrapping } from './write-pytorch.ts';

/** A loss as MONAI calls it: the target with a channel, of class numbers or one-hot. */
export function monai(name: string): Wrapping {
  return {
    imports: ['from torch.nn.modules.loss import _Loss'],
    usage: [
      `loss = ${name}()  # in place of monai.losses.DiceCELoss(to_onehot_y=True, softmax=True)`,
      'value = loss(logits, label)  # (N, C, H, W), not normalised; label (N, 1, H, W), or one-hot',
      'No softmax or sigmoid before it: one channel for each class, the background among them.',
      'Pixels whose label is 255, or all zeros if one-hot, do not count.',
      'All images of a batch are counted together, unless the metric is of images.',
    ],
    source: (loss, core) => `class ${loss}(_Loss):
    """loss(input, target): input (N, C, ...), target (N, 1, ...) or one-hot (N, C, ...)."""

    def __init__(self, ignore_index=255, process_group=None):
        super().__init__()
        self.loss = ${core}(ignore_index, process_group)

    def forward(self, input, target):
        if target.dim() != input.dim() or target.shape[1] not in (1, input.shape[1]):
            raise ValueError(
                f"expected target (N, 1, ...) or one-hot (N, C, ...) for input "
                f"{tuple(input.shape)}, received {tuple(target.shape)}"
            )
        if target.shape[1] == 1:
            labels = target[:, 0].long()
        else:
            labels = torch.where(target.amax(1) > 0, target.argmax(1), self.loss.ignore_index)
        return self.loss(input, labels)`,
  };
}
