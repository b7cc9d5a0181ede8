import type { Wrapping } from './write-pytorch.ts';

/** A loss as a trainer of nnU-Net v2, with its deep supervision. */
export function nnunet(name: string): Wrapping {
  return {
    imports: [
      'from nnunetv2.training.loss.deep_supervision import DeepSupervisionWrapper',
      'from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer',
    ],
    usage: [
      'export nnUNet_extTrainer=FOLDER  # where this file is',
      `nnUNetv2_train DATASET 2d FOLD -tr ${name}`,
      'The best loss is 0, where that of nnU-Net is -1.',
      'Over several GPUs it is the loss of the whole batch.',
      'Region-based training, which has no classes that exclude each other, is refused.',
    ],
    source: (loss, core) => `class _TargetWithChannel(nn.Module):
    """Takes targets (N, 1, ...), as nnU-Net gives them."""

    def __init__(self, loss):
        super().__init__()
        self.loss = loss

    def forward(self, logits, target):
        return self.loss(logits, target[:, 0].long())


class ${loss}(nnUNetTrainer):
    def _build_loss(self):
        if self.label_manager.has_regions:
            raise ValueError(
                "expected classes that exclude each other, received regions; "
                "give dataset.json one number for each label"
            )
        ignored = self.label_manager.ignore_label
        group = torch.distributed.group.WORLD if self.is_ddp else None
        loss = _TargetWithChannel(${core}(255 if ignored is None else ignored, group))
        if not self.enable_deep_supervision:
            return loss
        weights = [0.5**level for level in range(len(self._get_deep_supervision_scales()))]
        # The coarsest does not count; DDP wants it to have a gradient, though.
        weights[-1] = 1e-6 if self.is_ddp and not self._do_i_compile() else 0
        return DeepSupervisionWrapper(loss, [weight / sum(weights) for weight in weights])`,
  };
}
