/** What computes a loss of `_sums` and `_score`, which stand before it: image by image, and over several processes. */
export const pytorchCore: string = `class _ImageByImage(torch.autograd.Function):
    """_sums of one image after the other, which stays in the cache, and again in the backward pass.

    Nothing but logits and target is kept in between.
    """

    @staticmethod
    def forward(ctx, logits, target, ignore_index):
        ctx.save_for_backward(logits, target)
        ctx.ignore_index = ignore_index
        images = zip(logits.split(1), target.split(1))
        rows = zip(*(_sums(*image, ignore_index) for image in images))
        return tuple(
            torch.cat(row) if own else torch.stack(row).sum(0) for row, own in zip(rows, OF_IMAGES)
        )

    @staticmethod
    def backward(ctx, *gradients):
        logits, target = ctx.saved_tensors
        if torch.is_grad_enabled():  # the gradient is differentiated too: autograd needs all of it
            sums = _sums(logits, target, ctx.ignore_index)
            return *_gradient(sums, logits, gradients, create_graph=True), None, None
        result = torch.empty_like(logits)
        for n in range(len(logits)):
            with torch.enable_grad():
                image = logits[n : n + 1].detach().requires_grad_()
                sums = _sums(image, target[n : n + 1], ctx.ignore_index)
            own = [g[n : n + 1] if own else g for g, own in zip(gradients, OF_IMAGES)]
            result[n : n + 1] = _gradient(sums, image, own)[0]
        return result, None, None


def _gradient(sums, logits, gradients, **options):
    soft = [(s, g) for s, g in zip(sums, gradients) if s.requires_grad]  # not those of the label
    if not soft:
        return (torch.zeros_like(logits),)
    outputs, weights = zip(*soft)
    return torch.autograd.grad(outputs, logits, weights, **options)


class _AllReduce(torch.autograd.Function):
    """The sum over all processes; so is its gradient, of which DDP takes the mean."""

    @staticmethod
    def forward(ctx, values, group):
        ctx.group = group
        values = values.clone()
        torch.distributed.all_reduce(values, group=group)
        return values

    @staticmethod
    def backward(ctx, gradient):
        return _AllReduce.apply(gradient.contiguous(), ctx.group), None


def _of_all_processes(sums, group):
    """Sums of the batch added up, rows of images put one below the other."""
    images = max((len(s) for s, own in zip(sums, OF_IMAGES) if own), default=0)
    counts = [0] * torch.distributed.get_world_size(group)
    if any(OF_IMAGES):
        torch.distributed.all_gather_object(counts, images, group=group)
    before = sum(counts[: torch.distributed.get_rank(group)])
    after = sum(counts) - before - images
    padded = [F.pad(s, (0, 0, before, after)) if own else s for s, own in zip(sums, OF_IMAGES)]
    lengths = [len(s) for s in padded]
    return _AllReduce.apply(torch.cat(padded), group).split(lengths)`;
