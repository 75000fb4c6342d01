"""PyTorch: a loop over batches of `nn.LSTM` with Adam, one replica after another, as everybody writes it there."""

import itertools
import time
from dataclasses import dataclass, field

import numpy as np
import torch
from cases import Case, windows_and_targets
from contenders import Answer, Stopwatch, serve
from torch import nn

from tasks.numerics.networks.architectures import initial_weights
from tasks.numerics.networks.randomness import BatchOrder

CORES = torch.get_num_threads()
RATE, EPSILON = 0.001, 1e-7


class Network(nn.Module):
    """The same network, with the weights that the engine's first replica begins with."""

    def __init__(self, case: Case) -> None:
        """Takes Keras' kernels as PyTorch has them; its second bias stays 0, as Keras has one."""
        super().__init__()
        self.case, both = case, 2 if case.bidirectional else 1
        sizes = [case.features, *(both * units for units in case.layers)]
        self.recurrent = nn.ModuleList(
            nn.LSTM(inputs, units, batch_first=True, bidirectional=case.bidirectional)
            for inputs, units in zip(sizes, case.layers, strict=False)
        )
        self.dropout = nn.Dropout(case.dropout)
        widths = [sizes[-1], *case.dense, 1]
        self.dense = nn.ModuleList(nn.Linear(*pair) for pair in itertools.pairwise(widths))
        weights = iter(torch.from_numpy(weight[0]) for weight in initial_weights(case.architecture, [0]))
        with torch.no_grad():
            for layer in self.recurrent:
                for direction in ("", "_reverse")[:both]:
                    getattr(layer, f"weight_ih_l0{direction}").copy_(next(weights).T)
                    getattr(layer, f"weight_hh_l0{direction}").copy_(next(weights).T)
                    getattr(layer, f"bias_ih_l0{direction}").copy_(next(weights))
                    getattr(layer, f"bias_hh_l0{direction}").zero_().requires_grad_(False)
            for linear in self.dense:
                linear.weight.copy_(next(weights).T)
                linear.bias.copy_(next(weights))

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        """Outputs (B, 1) of windows (B, T, F)."""
        for layer in self.recurrent:
            sequence = self.dropout(layer(sequence)[0])
        last = sequence[:, -1]
        if self.case.bidirectional:
            units = self.case.layers[-1]
            last = torch.cat([last[:, :units], sequence[:, 0, units:]], dim=1)
        for linear in self.dense[:-1]:
            last = torch.relu(linear(last))
        return self.dense[-1](last)


@dataclass
class Training:
    """A network under way: its optimizer, its order of batches and its losses so far."""

    network: Network
    optimizer: torch.optim.Optimizer
    order: BatchOrder
    losses: list[float] = field(default_factory=list)


trainings: dict[tuple[Case, int], Training] = {}


def measure(case: Case, threads: int = CORES) -> Answer:
    """Some epochs more of the first replica; the very first epoch stands for what is set up."""
    torch.set_num_threads(threads)
    key, compile_seconds = (case, threads), 0.0
    if key not in trainings:
        begun = time.perf_counter()
        torch.manual_seed(0)
        network = Network(case)
        optimizer = torch.optim.Adam([one for one in network.parameters() if one.requires_grad], RATE, eps=EPSILON)
        trainings[key] = Training(network, optimizer, BatchOrder([0], case.windows, case.batch))
        fit(case, trainings[key], epochs=1)
        compile_seconds = time.perf_counter() - begun
    watch = Stopwatch()
    fit(case, trainings[key], epochs=case.fit_epochs)
    seconds, processor_seconds = watch.read()
    return Answer(
        seconds=seconds,
        processor_seconds=processor_seconds,
        replica_steps=case.batches * case.fit_epochs,
        compile_seconds=compile_seconds,
        first_losses=trainings[key].losses,
        way=f"{threads} thread{'s' if threads > 1 else ''}",
    )


def fit(case: Case, training: Training, epochs: int) -> None:
    """Some epochs, the validation windows in one batch after each."""
    windows, targets = map(torch.from_numpy, windows_and_targets(case))
    seen, watched = case.windows, case.windows + case.validation_windows
    network, loss = training.network, nn.MSELoss()
    for order in training.order.draw(epochs, epochs)[:, :, 0]:
        network.train()
        values = []
        for chosen in torch.from_numpy(order):
            training.optimizer.zero_grad()
            value = loss(network(windows[chosen])[:, 0], targets[chosen])
            value.backward()
            training.optimizer.step()
            values.append(value.item())
        network.eval()
        with torch.no_grad():
            loss(network(windows[seen:watched])[:, 0], targets[seen:watched]).item()
        training.losses.append(float(np.mean(values)))


if __name__ == "__main__":
    serve(measure)
