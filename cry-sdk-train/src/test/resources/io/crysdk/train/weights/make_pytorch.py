"""Lets PyTorch write the state dicts and the ONNX graph beside this file, and say what the network in them answers. See README.md."""

import collections
import sys

import numpy
import torch
from torch import nn


class Numbers:
    """A linear congruential generator: the same numbers in every language."""

    def __init__(self, seed):
        self.state = seed

    def weights(self, count, fan_in):
        bound = float(numpy.sqrt(6.0 / fan_in))
        return self.draw(count, -bound, bound)

    def draw(self, count, low, high):
        values = numpy.empty(count, numpy.float32)
        for i in range(count):
            self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
            values[i] = low + (high - low) * ((self.state >> 40) / 16777216.0)
        return values


class Network(nn.Module):
    """The layers of VGGish under the names of its PyTorch port, a ReLU after the embedding included."""

    def __init__(self, channels, dense):
        super().__init__()
        layers, n = [], 1
        for c, width in enumerate(channels):
            layers += [nn.Conv2d(n, width, 3, padding=1), nn.ReLU()]
            if c in (0, 1, 3, 5):
                layers.append(nn.MaxPool2d(2, 2))
            n = width
        self.features = nn.Sequential(*layers)
        layers, n = [], 24 * n
        for width in dense:
            layers += [nn.Linear(n, width), nn.ReLU()]
            n = width
        self.embeddings = nn.Sequential(*layers)

    def forward(self, x):
        x = self.features(x).permute(0, 2, 3, 1)
        return self.embeddings(x.reshape(x.size(0), -1))


def network(channels, dense):
    numbers = Numbers(1)
    net = Network(channels, dense)
    with torch.no_grad():
        for layer in list(net.features) + list(net.embeddings):
            if hasattr(layer, "weight"):
                fan_in = layer.weight[0].numel()
                values = numbers.weights(layer.weight.numel(), fan_in)
                layer.weight.copy_(torch.from_numpy(values).reshape(layer.weight.shape))
                layer.bias.copy_(torch.from_numpy(numbers.draw(layer.bias.numel(), -0.5, 0.5)))
    return net.eval()


def transposed(net):
    """As a converter from TensorFlow leaves them: turned views of arrays in the other layout."""
    state = collections.OrderedDict()
    for name, value in net.state_dict().items():
        if value.dim() == 4:
            value = value.permute(2, 3, 1, 0).contiguous().permute(3, 2, 0, 1)
        elif value.dim() == 2:
            value = value.t().contiguous().t()
        state[name] = value
    return state


def training(net):
    """What a training run may leave: weights among other things, under names with a prefix."""
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    net(torch.zeros(1, 1, 96, 64)).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    fresh = network((2, 3, 5, 4, 7, 6), (12, 10, 8))
    state = collections.OrderedDict(("module." + name, nn.Parameter(value)) for name, value in fresh.state_dict().items())
    state["module.pproc.pca_means"] = torch.zeros(8, 1)
    state["module.steps"] = torch.tensor(7)
    return {"epoch": 3, "best": 0.5, "note": None, "state_dict": state, "optimizer": optimizer.state_dict()}


def main(folder):
    small = network((2, 3, 5, 4, 7, 6), (12, 10, 8))
    patches = torch.from_numpy(Numbers(2).draw(2 * 96 * 64, -4.6, 3.0)).reshape(2, 1, 96, 64)
    with torch.no_grad():
        before_relu = nn.Sequential(*list(small.embeddings)[:-1])
        flat = small.features(patches).permute(0, 2, 3, 1).reshape(2, -1)
        with open(folder + "/pytorch.txt", "w", encoding="ascii") as text:
            text.writelines("%r\n" % float(v) for v in before_relu(flat).flatten())
    state = small.state_dict()
    torch.save(state, folder + "/port.pth")
    torch.save(state, folder + "/port-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(transposed(small), folder + "/port-transposed.pth")
    torch.save(transposed(small), folder + "/port-transposed-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({k: v.double() for k, v in state.items()}, folder + "/port-double.pth")
    torch.save({k: v.half() for k, v in state.items()}, folder + "/port-half.pth")
    torch.save({k: v.bfloat16() for k, v in state.items()}, folder + "/port-bfloat16.pth")
    torch.save(training(small), folder + "/training.pth")
    torch.save(small, folder + "/module.pth")
    # An embedding of 128 as in VGGish: by that width it is known where no tensor is called "embedding".
    wide = network((2, 3, 5, 4, 7, 6), (12, 10, 128))
    torch.onnx.export(
        wide,
        torch.zeros(2, 1, 96, 64),
        folder + "/port.onnx",
        opset_version=13,
        input_names=["patches"],
        output_names=["answer"],
        dynamic_axes={"patches": {0: "n"}, "answer": {0: "n"}},
    )


main(sys.argv[1])
