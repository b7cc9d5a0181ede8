import type { Wrapping } from './write-pytorch.ts';

/** A loss as mmsegmentation builds and calls it. */
export function mmseg(name: string): Wrapping {
  return {
    imports: ['from mmseg.registry import MODELS'],
    usage: [
      'put the file beside the config, on the PYTHONPATH; then in the config:',
      'custom_imports = dict(imports=["FILE"], allow_failed_imports=False)  # FILE without .py',
      `decode_head = dict(loss_decode=dict(type="${name}", loss_weight=1.0))`,
      'The name of the loss must begin with loss_: mmseg does not train others.',
      'Weights of pixels, as samplers give them, are refused.',
    ],
    source: (loss, core) => `@MODELS.register_module()
class ${loss}(nn.Module):
    """loss(pred, target): pred (N, C, H, W), not normalised, target (N, H, W)."""

    def __init__(self, loss_weight=1.0, loss_name="loss_asl", process_group=None):
        super().__init__()
        if not loss_name.startswith("loss_"):
            raise ValueError(
                f"expected a loss_name that begins with loss_, received {loss_name!r}: "
                "mmseg would report it and not train it"
            )
        self.loss_weight = loss_weight
        self._loss_name = loss_name
        self.loss = ${core}(process_group=process_group)

    @property
    def loss_name(self):
        return self._loss_name

    def forward(
        self,
        pred,
        target,
        weight=None,
        avg_factor=None,
        reduction_override=None,
        ignore_index=255,
        **kwargs,
    ):
        if weight is not None:
            raise ValueError("expected no weights of pixels, received some; take out the sampler")
        if reduction_override == "none":
            raise ValueError("expected a reduction to one number, received 'none'")
        self.loss.ignore_index = ignore_index
        return self.loss_weight * self.loss(pred, target)`,
  };
}
