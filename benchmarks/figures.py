#!/usr/bin/env python3
"""Tables and plots of what JMH measured. Needs Python 3.8 or later and nothing else.

  figures.py report RESULTS DOCS    RESULTS/*.json and *.txt, as benchmarks/run leaves them, to DOCS/benchmarks.md and its plots
  figures.py compare A.json B.json  what changed between two results of the same benchmarks
"""
import html
import json
import pathlib
import re
import sys

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]  # Okabe and Ito, 2008
BYTES = "gc.alloc.rate.norm"

# The benchmark, what it is about, the method that the others are measured against, and what to say of it.
SECTIONS = [
    ("LogMelBenchmark", "Features", "jtransforms",
     "A clip of so many seconds to its log-mel frames. `jtransforms` is a plain pipeline over a good FFT library, whose"
     " features differ now and then by one unit in the last place; `plain` computes the bits of `exact`, one frame"
     " after the other."),
    ("ResampleBenchmark", "Resampling", "direct",
     "One second at another rate to 16 kHz. `direct` is the form that defines the bits; `resample` gives the same."),
    ("ClassifyBenchmark", "Answers", "bareNetwork",
     "One window (0.975 s) to an answer. `bareNetwork` is the same network over finished features with pinned buffers,"
     " the cheapest call that the runtime's Java binding allows; `frontEnd` is samples to features and signal quality."),
    ("StreamBenchmark", "Live audio", "frontEndClip",
     "A frame (10 ms) of live audio in the steady state beside the same frame in a clip. `frontEnd...` is without the"
     " network, `answer...` with it."),
    ("SegmentBenchmark", "Cutting cries", "plainCorrelation",
     "Cries cut out of a clip, beside the plain autocorrelation of as many frames."),
]


def name(result):
    return result["benchmark"].split(".")[-2]


def method(result):
    return result["benchmark"].split(".")[-1]


def graph(result):
    return pathlib.PurePath(result["params"]["graph"]).stem


def parameters(result):
    params = dict(result.get("params", {}))
    if "graph" in params:
        params["graph"] = graph(result)
    return tuple(sorted(params.items()))


def iterations(result):
    """What was measured in all iterations of all forks, in order of size."""
    return sorted(value for fork in result["primaryMetric"]["rawData"] for value in fork)


def quantile(values, share):
    return values[round(share * (len(values) - 1))]


def score(result):
    """The median: what else a machine does makes some iterations slower, and none faster."""
    return quantile(iterations(result), 0.5)


def allocated(result):
    return result.get("secondaryMetrics", {}).get(BYTES, {}).get("score", float("nan"))


def number(value):
    return "%.0f" % value if value >= 1000 else "%.4g" % value


def cell(result):
    values = iterations(result)
    return "%s (%s to %s)" % (number(score(result)), number(quantile(values, 0.25)), number(quantile(values, 0.75)))


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def value_order(pairs):
    return [(k, float(v) if v.replace(".", "", 1).isdigit() else v) for k, v in pairs]


def versus(results, baseline):
    """One row for each method and set of parameters, with its ratio to the baseline of the same parameters."""
    rows = []
    for params in sorted({parameters(r) for r in results}, key=value_order):
        same = [r for r in results if parameters(r) == params]
        base = next((score(r) for r in same if method(r) == baseline), float("nan"))
        for r in sorted(same, key=score):
            rows.append((params, r, score(r) / base))
    return rows


class Plot:
    """A plot as SVG, which a page can scale and a difference can show."""

    def __init__(self, width, height, title):
        self.width, self.height, self.parts = width, height, []
        self.text(10, 20, title, weight="bold")

    def text(self, x, y, text, anchor="start", weight="normal"):
        self.parts.append('<text x="%.1f" y="%.1f" text-anchor="%s" font-weight="%s">%s</text>'
                          % (x, y, anchor, weight, html.escape(text)))

    def box(self, x, y, width, height, colour):
        self.parts.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>'
                          % (x, y, max(width, 0.5), height, colour))

    def line(self, points, colour, dash=""):
        self.parts.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>'
                          % (" ".join("%.1f,%.1f" % p for p in points), colour, dash))

    def write(self, path):
        path.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d"'
            ' font-family="sans-serif" font-size="13">\n<rect width="100%%" height="100%%" fill="white"/>\n%s\n</svg>\n'
            % (self.width, self.height, self.width, self.height, "\n".join(self.parts)), encoding="utf-8")


def bars(rows, title, path):
    """Horizontal bars of the ratios, the baseline's length marked."""
    longest = max(ratio for _, _, ratio in rows)
    methods = sorted({method(r) for _, r, _ in rows})
    plot = Plot(760, 40 + 22 * len(rows), title)
    unit = 380 / longest
    for i, (params, result, ratio) in enumerate(rows):
        y = 32 + 22 * i
        label = method(result) + " " + ", ".join(v for _, v in params)
        plot.text(200, y + 14, label, "end")
        plot.box(208, y + 2, unit * ratio, 16, COLOURS[methods.index(method(result)) % len(COLOURS)])
        plot.text(214 + unit * ratio, y + 14, "%.3g" % ratio)
    plot.line([(208 + unit, 30), (208 + unit, 34 + 22 * len(rows))], "#777777", "5 4")
    plot.write(path)


def curves(results, title, path):
    """Time for a window against the batch, a curve for each graph and number of threads."""
    by = {}
    for r in results:
        batch = int(r["params"]["batch"])
        key = (graph(r), r["threads"])
        by.setdefault(key, []).append((batch, score(r) / batch / r["threads"]))
    top = max(v for points in by.values() for _, v in points)
    batches = sorted({b for points in by.values() for b, _ in points})
    plot = Plot(760, 60 + 300 + 18 * len(by), title)
    left, bottom, width, height = 60, 340, 660, 290
    step = width / max(1, len(batches) - 1)
    for i, batch in enumerate(batches):
        plot.text(left + i * step, bottom + 18, str(batch), "middle")
    for share in (0.0, 0.5, 1.0):
        plot.text(left - 6, bottom - share * height + 4, number(share * top), "end")
        plot.line([(left, bottom - share * height), (left + width, bottom - share * height)], "#DDDDDD")
    for i, (key, points) in enumerate(sorted(by.items())):
        colour = COLOURS[i % len(COLOURS)]
        plot.line([(left + batches.index(b) * step, bottom - v / top * height) for b, v in sorted(points)], colour)
        plot.box(left, bottom + 30 + 18 * i, 18, 10, colour)
        plot.text(left + 26, bottom + 40 + 18 * i, "%s, %d thread%s" % (key[0], key[1], "s" if key[1] > 1 else ""))
    plot.write(path)


def models(results, docs):
    header = ["graph", "threads", "batch", "µs a run", "µs a window", "of `full` at this batch", "bytes a run"]
    rows = []
    full = {(r["threads"], r["params"]["batch"]): score(r) for r in results if graph(r) == "full"}
    for r in sorted(results, key=lambda r: (r["threads"], graph(r), int(r["params"]["batch"]))):
        batch = int(r["params"]["batch"])
        base = full.get((r["threads"], r["params"]["batch"]))
        rows.append([graph(r), str(r["threads"]), str(batch), cell(r),
                     number(score(r) / batch / r["threads"]), "1/%.2f" % (base / score(r)) if base else "",
                     "%.0f" % allocated(r)])
    curves(results, "µs a window against windows in a run", docs / "benchmarks-models.svg")
    return table(header, rows) + "\n![Time a window against the batch](benchmarks-models.svg)\n"


def numpy(text, results):
    """What numpy_logmel.py printed, one numpy after the other, beside the front end's own time for as long a clip."""
    own = {r["params"]["seconds"]: score(r) for r in results if name(r) == "LogMelBenchmark" and method(r) == "exact"}
    pattern = r"(\d+) s clip: ([0-9.]+) ms cpu, .* \(numpy ([^)]+)\)"
    rows = []
    for seconds, cpu, version in sorted(set(re.findall(pattern, text)), key=lambda row: (row[2], int(row[0]))):
        if seconds in own:
            milliseconds = own[seconds] / 1000 / int(seconds)
            rows.append([version, seconds, cpu, number(milliseconds), "%.2f" % (float(cpu) / milliseconds)])
    return table(["numpy", "seconds", "its processor ms per second of audio", "ms of `exact`", "times as fast"], rows)


def environment(results):
    first = results[0]
    return [
        "%s %s, JMH %s; %d forks of %d warm-up and %d measured iterations, %s each." % (
            first["vmName"], first["vmVersion"], first["jmhVersion"], first["forks"], first["warmupIterations"],
            first["measurementIterations"], first["measurementTime"]),
    ]


def report(source, docs):
    docs.mkdir(parents=True, exist_ok=True)
    results = [r for path in sorted(source.glob("*.json")) for r in json.loads(path.read_text(encoding="utf-8"))]
    if not results:
        raise SystemExit("no results in %s" % source)
    notes = {path.stem: path.read_text(encoding="utf-8").rstrip() for path in sorted(source.glob("*.txt"))}
    out = ["# Benchmarks", "",
           "Written by `benchmarks/figures.py` from what `benchmarks/run` measured; do not edit. Only the ratios within"
           " one table mean something on another machine. Times are medians over the iterations of all forks, with their quartiles;"
           " bytes are those allocated on the heap for a call, JMH's own included.", ""]
    if "environment" in notes:
        out += ["```", notes.pop("environment"), "```", ""]
    out += environment(results) + [""]
    for benchmark, title, baseline, text in SECTIONS:
        own = [r for r in results if name(r) == benchmark]
        if not own:
            continue
        rows = versus(own, baseline)
        names = [k for k, _ in parameters(own[0])]
        unit = own[0]["primaryMetric"]["scoreUnit"]
        picture = "benchmarks-%s.svg" % benchmark.replace("Benchmark", "").lower()
        bars(rows, "%s: time against %s" % (title, baseline), docs / picture)
        out += ["## " + title, "", "`%s`. %s" % (benchmark, text), "",
                table(names + ["method", unit, "against `%s`" % baseline, "bytes a call"],
                      [[v for _, v in params] + [method(r), cell(r), "%.3f" % ratio, "%.0f" % allocated(r)]
                       for params, r, ratio in rows]),
                "![%s](%s)" % (title, picture), ""]
    own = [r for r in results if name(r) == "ModelBenchmark"]
    if own:
        out += ["## Networks", "",
                "`ModelBenchmark`. One run over a batch of windows; with two threads two runs of one session at once."
                " `full` is VGGish's own width with random weights in float32.", "", models(own, docs), ""]
    if "numpy" in notes:
        out += ["## Numpy", "",
                "The same features in numpy, its processor time beside the time of `LogMelBenchmark.exact` above, which on a"
                " busy machine holds waiting too.", "", numpy(notes.pop("numpy"), results), ""]
    if "answers-in-turn" in notes:
        out += ["## Answers in turn", "",
                "`AnswerInTurn`. The bare network, the answer to the same window, and another session of the same network in"
                " turn, in one virtual machine: how long the latter two take of the bare run of their turn, the median and in"
                " brackets the quartiles of all turns. What the other session differs by, an answer may differ by too.", "",
                "```", notes.pop("answers-in-turn"), "```", ""]
    for title, text in notes.items():
        out += ["## " + title.replace("-", " ").capitalize(), "", "```", text, "```", ""]
    (docs / "benchmarks.md").write_text("\n".join(out).rstrip() + "\n", encoding="utf-8")
    tried = docs / "benchmarks-notes.md"
    if tried.exists():
        with (docs / "benchmarks.md").open("a", encoding="utf-8") as page:
            page.write("\nWhat was tried, and what did not help: [notes](%s).\n" % tried.name)


def compare(before, after):
    old, new = (
        {(r["benchmark"], parameters(r), r["threads"]): r for r in json.loads(pathlib.Path(p).read_text(encoding="utf-8"))}
        for p in (before, after))
    rows = []
    for key in sorted(set(old) & set(new), key=str):
        a, b = old[key], new[key]
        first, second = iterations(a), iterations(b)
        apart = quantile(first, 0.75) < quantile(second, 0.25) or quantile(second, 0.75) < quantile(first, 0.25)
        rows.append(["%s.%s" % (name(a), method(a)), ", ".join("%s=%s" % p for p in key[1]), cell(a), cell(b),
                     "%.3f" % (score(b) / score(a)), "yes" if apart else "no",
                     "%.0f" % allocated(a), "%.0f" % allocated(b)])
    print(table(["benchmark", "parameters", "before", "after", "ratio", "quartiles apart", "bytes before", "after"], rows))
    for label, missing in (("only before", set(old) - set(new)), ("only after", set(new) - set(old))):
        for key in sorted(missing, key=str):
            print("%s: %s %s" % (label, key[0], dict(key[1])))


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "report":
        report(pathlib.Path(arguments[1]), pathlib.Path(arguments[2]))
    elif len(arguments) == 3 and arguments[0] == "compare":
        compare(arguments[1], arguments[2])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
