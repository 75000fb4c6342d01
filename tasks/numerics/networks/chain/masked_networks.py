"""A network that windows of several lengths are given to: what pads them is kept from its recurrent layers by a layer in front."""

from dataclasses import dataclass, fields

from tasks.numerics.settings import NetworkSpec


@dataclass(frozen=True)
class MaskedNetwork(NetworkSpec):
    """A network as it was asked for, behind a Masking layer."""

    mask_value: float = 0.0
    """What stands in every feature of a time step that a window has not."""

    @classmethod
    def of(cls, network: NetworkSpec, mask_value: float) -> "MaskedNetwork":
        """The network behind a layer that masks so."""
        return cls(**vars(network), mask_value=mask_value)

    @property
    def bare(self) -> NetworkSpec:
        """Without the layer."""
        return NetworkSpec(**{field.name: getattr(self, field.name) for field in fields(NetworkSpec)})
