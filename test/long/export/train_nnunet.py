"""nnU-Net's own training, two iterations of it: train_nnunet.py TRAINER. Prints its losses of training and of validation.

Where data, results and the exported file are is said by nnU-Net's environment variables; the data are preprocessed.
"""

import json
import sys

import torch
from nnunetv2.run.run_training import get_trainer_from_args

if __name__ == "__main__":
    torch.set_num_threads(1)
    trainer = get_trainer_from_args("4", "2d", 0, sys.argv[1], device=torch.device("cpu"))
    trainer.num_epochs, trainer.num_iterations_per_epoch, trainer.num_val_iterations_per_epoch = 1, 2, 1
    trainer.run_training()
    logged = trainer.logger.get_checkpoint()
    losses = [float(loss) for loss in (*logged["train_losses"], *logged["val_losses"])]
    print(json.dumps([type(trainer.loss).__name__, *losses]))
