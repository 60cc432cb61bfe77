"""The step of step.ts in PyTorch: importance pooling by embedding_bag, max-margin loss, Adam.

Reads a number of steps a line and answers with their times as JSON, so that train-step.ts can let programs take turns.
The first line says what computes: version, threads, BLAS.
"""
import json
import re
import sys
import time

import torch
from torch.nn import Linear
from torch.nn.functional import embedding_bag, normalize, relu

PINS, NEIGHBORS, WIDTH, PAIRS, NEGATIVES, BATCHES = 20000, 10, 128, 512, 500, 4
MARGIN = 0.1
torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)

popular = (PINS * torch.rand(PINS, NEIGHBORS) ** 3).long()
near = torch.where(torch.rand(PINS, NEIGHBORS) < 0.3, popular, torch.randint(PINS, (PINS, NEIGHBORS)))
shares = torch.rand(PINS, NEIGHBORS) + 0.05
shares /= shares.sum(1, keepdim=True)
features = torch.rand(3, PINS, WIDTH).sum(0) - 1.5


def distinct(pins):
    """The pins once each, in order of first appearance, and the row of every pin among them."""
    row, order = {}, []
    for pin in pins.tolist():
        if pin not in row:
            row[pin] = len(order)
            order.append(pin)
    return torch.tensor(order), torch.tensor([row[pin] for pin in pins.tolist()])


def draw_batch():
    """Input nodes; for each convolution, from the input up, bags of rows and their weights; the chosen rows of the last layer."""
    nodes, chosen = distinct(torch.randint(PINS, (2 * PAIRS + NEGATIVES,)))
    layers = []
    for _ in range(2):
        above = nodes
        nodes, rows = distinct(torch.cat([above, near[above].flatten()]))
        layers.insert(0, (rows[len(above):].view(len(above), NEIGHBORS), shares[above]))
    return nodes, layers, chosen


class Convolution(torch.nn.Module):
    """Unit rows of ReLU(W [h ; sum of a ReLU(Q h + q)] + w)."""

    def __init__(self):
        super().__init__()
        self.neighbors, self.joined = Linear(WIDTH, WIDTH), Linear(2 * WIDTH, WIDTH)

    def forward(self, h, bags, weights):
        pooled = embedding_bag(bags, relu(self.neighbors(h)), per_sample_weights=weights, mode="sum")
        return normalize(relu(self.joined(torch.cat([h[: len(bags)], pooled], 1))), dim=1)


convolutions = torch.nn.ModuleList([Convolution(), Convolution()])
hidden, head = Linear(WIDTH, WIDTH), Linear(WIDTH, WIDTH, bias=False)
optimizer = torch.optim.Adam([*convolutions.parameters(), *hidden.parameters(), *head.parameters()], lr=1e-3)
batches = [draw_batch() for _ in range(BATCHES)]
taken = 0


def step():
    global taken
    nodes, layers, chosen = batches[taken % BATCHES]
    taken += 1
    before, started = time.process_time(), time.perf_counter()
    h = features[nodes]
    prepared = time.perf_counter()
    for convolution, (bags, weights) in zip(convolutions, layers):
        h = convolution(h, bags, weights)
    z = normalize(head(relu(hidden(h))), dim=1)[chosen]
    queries, positives, negatives = z[:PAIRS], z[PAIRS : 2 * PAIRS], z[2 * PAIRS :]
    loss = relu(queries @ negatives.T - (queries * positives).sum(1, keepdim=True) + MARGIN).mean()
    value = loss.item()
    forward = time.perf_counter()
    optimizer.zero_grad()
    loss.backward()
    backward = time.perf_counter()
    optimizer.step()
    finished = time.perf_counter()
    parts = {"inputMs": prepared - started, "forwardMs": forward - prepared, "backwardMs": backward - forward,
             "optimizerMs": finished - backward, "totalMs": finished - started, "cpuMs": time.process_time() - before}
    return {**{name: seconds * 1e3 for name, seconds in parts.items()}, "loss": value}


build = torch.__config__.show()
blas = re.search(r"BLAS_INFO=(\w+)", build)
level = re.search(r"CPU capability usage: (\w+)", build)
words = [f"PyTorch {torch.__version__}", f"BLAS {blas.group(1) if blas else 'unknown'}", level.group(1) if level else ""]
print(json.dumps({"title": ", ".join(filter(None, words)), "threads": torch.get_num_threads()}), flush=True)
for line in sys.stdin:
    print(json.dumps([step() for _ in range(int(line))]), flush=True)
