/** What computes a loss of `_sums` and `_score`, which stand before it: part by part, and over several processes. */
export function pytorchCore(planar: boolean): string {
  return `${planar ? IMAGES : ROWS}\n\n\n${CORE}`;
}

const SIZE = `    size = 2**17 if logits.device.type == "cpu" else 2**24  # numbers: what stays in the cache`;

const IMAGES = `def _parts(*tensors):
    """Parts of the batch: for each group of images, the tensors' views of it."""
    logits = tensors[0]
${SIZE}
    images = max(1, size // logits[0].numel())
    for group in zip(*(tensor.split(images) for tensor in tensors)):
        yield [group]`;

const ROWS = `def _parts(*tensors):
    """Parts of the batch: for each group of images, the tensors' views of rows after rows."""
    logits = tensors[0]
${SIZE}
    images = max(1, size // logits[0].numel())
    parts = max(1, round(logits[0].numel() / size))
    for group in zip(*(tensor.split(images) for tensor in tensors)):
        yield zip(*(tensor.chunk(parts, tensor.dim() - logits.dim() + 2) for tensor in group))`;

const CORE = `class _PartByPart(torch.autograd.Function):
    """_sums of one part of the batch after the other, and again in the backward pass.

    Nothing but logits and target is kept in between.
    """

    @staticmethod
    def forward(ctx, logits, target, ignore_index):
        ctx.save_for_backward(logits, target)
        ctx.ignore_index = ignore_index
        groups = (
            map(sum, zip(*(_sums(*part, ignore_index) for part in group)))
            for group in _parts(logits, target)
        )
        return tuple(
            torch.cat(rows) if own else sum(rows) for rows, own in zip(zip(*groups), OF_IMAGES)
        )

    @staticmethod
    def backward(ctx, *gradients):
        logits, target = ctx.saved_tensors
        if torch.is_grad_enabled():  # the gradient is differentiated too: autograd needs all of it
            sums = _sums(logits, target, ctx.ignore_index)
            return *_gradient(sums, logits, gradients, create_graph=True), None, None
        result = torch.empty_like(logits)
        before = 0
        for group in _parts(logits, target, result):
            for part, labels, of_part in group:
                images = slice(before, before + len(part))
                with torch.enable_grad():
                    part = part.detach().requires_grad_()
                    sums = _sums(part, labels, ctx.ignore_index)
                rows = [g[images] if own else g for g, own in zip(gradients, OF_IMAGES)]
                of_part.copy_(_gradient(sums, part, rows)[0])
            before = images.stop
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
