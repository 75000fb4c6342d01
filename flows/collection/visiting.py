"""A visit: every variant of a network on a series, trained where it is not known yet, and kept variant by variant."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.collection.parts import keep_part, part_file, read_part
from flows.environment import COMPILED
from flows.servers.process_lock import by_one_process
from flows.terminal.progress import TrainingProgress
from tasks.numerics.atlas.measured import Measured, measured, windows_of
from tasks.numerics.atlas.order import Visit
from tasks.numerics.atlas.settings import NETWORKS, AtlasNetwork, AtlasSpec, variants_called
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.forms import form_of
from tasks.numerics.networks.layout_choice import replicas_a_block
from tasks.numerics.networks.seed_blocks import TrainedBlock, plan_blocks, plan_grid, training_key
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.series.windows import Windows


@dataclass(frozen=True)
class Part:
    """A variant on a series: what is kept as one file."""

    visit: Visit
    variant: Variant
    windows: Windows

    @property
    def name(self) -> str:
        """Series, network and variant."""
        return f"{self.visit.name}, {self.variant.name}"

    @property
    def network(self) -> AtlasNetwork:
        """The network, its windows and its training."""
        return NETWORKS[self.visit.network]

    @property
    def architecture(self) -> Architecture:
        """What shapes its networks."""
        steps, features = self.windows.inputs.shape[1:]
        return Architecture(self.network.network, self.variant, features, self.windows.outputs, steps)

    @property
    def file(self) -> Path:
        """Where it is kept."""
        training = self.network.training
        return part_file(
            training_key(self.architecture, training, self.windows, candidates(training)), self.visit.seeds
        )

    @property
    def trainings(self) -> int:
        """Networks that are trained for it."""
        return len(self.visit.seeds) * len(candidates(self.network.training))


@dataclass
class Clock:
    """When a collection ends, whatever is left."""

    minutes: float
    """0: never."""
    begun: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is begun."""
        return self.minutes > 0 and time.monotonic() - self.begun > 60 * self.minutes


@dataclass(frozen=True)
class Tools:
    """Whom a visit tells what."""

    progress: TrainingProgress
    warn: Callable[[str], None]
    """Hears what was kept and is damaged."""


def parts_of(visit: Visit, spec: AtlasSpec) -> list[Part]:
    """The parts of a visit, the reference's first; raises InputError where its series can't be cut into windows."""
    windows = windows_of(visit)
    return [Part(visit, variant, windows) for variant in variants_called(spec.variants)]


def make_visit(visit: Visit, turned: bool, spec: AtlasSpec, clock: Clock, tools: Tools) -> int:
    """Trains what is not known of a visit, until the clock is over; gives how many networks it trained.

    The reference comes first, then the others, from the last to the first where it is `turned`: two visits beside each other then
    compile different programs.
    """
    reference, *others = parts_of(visit, spec)
    progress, trained = tools.progress, 0
    for part in (reference, *(others[::-1] if turned else others)):
        progress.check()
        teller = progress.teller(part.file, part.trainings, part.network.training.epochs)
        with by_one_process(part.file.name, progress.check):
            if read_part(part.file) is None:
                if clock.is_over:
                    break
                if part.file.exists():
                    tools.warn(f"What was kept of {part.name} is not as it was written, and is made anew.")
                blocks = list(train_part(part, progress))
                keep_part(part.file, measured(visit, part.variant, part.windows, blocks))
                trained += part.trainings
        teller.finish()
    return trained


def train_part(part: Part, progress: TrainingProgress) -> Iterator[TrainedBlock]:
    """Its seeds at every learning rate, so many to a program as a comparison has."""
    from tasks.train import train_block

    architecture, training = part.architecture, part.network.training
    units = form_of(part.network.network, architecture.outputs, architecture.steps).units
    groups, together = plan_grid(
        candidates(training), replicas_a_block(units, architecture.steps, training.batch_size, training.patience)
    )
    for tried in groups:
        for block in plan_blocks(part.visit.seeds, [], together)[1]:
            yield train_block(
                architecture, training, part.windows, (block, tried), lambda done, epochs: progress.check(), COMPILED
            )


def found_of(visits: Sequence[Visit], spec: AtlasSpec) -> tuple[dict[str, Measured], int]:
    """What is kept of the visits of one network on one series, by variant, nothing where its reference is not; and how many parts are not there.

    Of a variant the first seeds count, up to those that are not there.
    """
    kept: dict[str, list[Measured]] = {}
    missing: Counter[str] = Counter()
    for visit in visits:
        for part in parts_of(visit, spec):
            found = read_part(part.file)
            if found is None:
                missing[part.variant.name] += 1
            elif not missing[part.variant.name]:
                kept.setdefault(part.variant.name, []).append(found)
    joined = {name: Measured.joined(own) for name, own in kept.items()}
    return (joined if STOCK.name in joined else {}), missing.total()
