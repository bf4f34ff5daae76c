package io.crysdk.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures briefly what {@code expectations.txt} lists, and fails where speed or thrift is grossly lost: a loop that the
 * compiler no longer vectorises, room that is made anew for every call. Only ratios within this run are judged, since
 * times say more of the machine than of the code, and by limits wide enough for a busy one. What exceeds its limit is
 * measured again, longer, before it counts.
 */
public final class Quick {
    private static final String EXPECTATIONS = "expectations.txt";
    private static final String BYTES = "gc.alloc.rate.norm";

    /** What a short run of a benchmark gave. */
    private record Measured(double microseconds, double bytes) {}

    /**
     * One line of the expectations.
     *
     * @param kind {@code time} or {@code bytes}
     * @param what the benchmark
     * @param against the benchmark whose time is the unit; empty for bytes, which stand for themselves
     * @param limit the most that passes
     */
    private record Expectation(String kind, String what, String against, double limit) {
        static Expectation of(String line) {
            String[] fields = line.split("\\s+", -1);
            boolean time = fields[0].equals("time");
            if (fields.length != (time ? 4 : 3) || !(time || fields[0].equals("bytes"))) {
                throw new IllegalArgumentException("expected 'time A B limit' or 'bytes A limit', found: " + line);
            }
            return new Expectation(
                    fields[0], fields[1], time ? fields[2] : "", Double.parseDouble(fields[fields.length - 1]));
        }

        List<String> benchmarks() {
            return against.isEmpty() ? List.of(what) : List.of(what, against);
        }

        double value(Map<String, Measured> measured) {
            Measured first = Objects.requireNonNull(measured.get(what));
            return against.isEmpty()
                    ? first.bytes()
                    : first.microseconds()
                            / Objects.requireNonNull(measured.get(against)).microseconds();
        }

        String text(double value) {
            return against.isEmpty()
                    ? String.format(Locale.ROOT, "%6.0f bytes a call, at most %6.0f: %s", value, limit, what)
                    : String.format(
                            Locale.ROOT, "%6.3f of the time, at most %6.3f: %s by %s", value, limit, what, against);
        }
    }

    private Quick() {}

    /**
     * Prints a line for each expectation.
     *
     * @param args none
     * @throws IOException if the expectations cannot be read
     * @throws RunnerException if a benchmark fails, which it also does where its answer is wrong
     */
    public static void main(String[] args) throws IOException, RunnerException {
        Map<String, Measured> measured = new LinkedHashMap<>();
        boolean lost = false;
        for (Expectation expectation : expectations()) {
            for (String benchmark : expectation.benchmarks()) {
                if (!measured.containsKey(benchmark)) {
                    measured.put(benchmark, measure(benchmark, 200));
                }
            }
            double value = expectation.value(measured);
            if (!(value <= expectation.limit())) {
                for (String benchmark : expectation.benchmarks()) {
                    measured.put(benchmark, measure(benchmark, 1000));
                }
                value = expectation.value(measured);
            }
            boolean met = value <= expectation.limit();
            lost |= !met;
            System.out.println((met ? "ok    " : "LOST  ") + expectation.text(value));
        }
        if (lost) {
            System.exit(1);
        }
    }

    private static List<Expectation> expectations() throws IOException {
        List<Expectation> found = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(Quick.class.getResourceAsStream(EXPECTATIONS), EXPECTATIONS);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    found.add(Expectation.of(line.strip()));
                }
            }
        }
        return found;
    }

    /** Runs for example {@code LogMelBenchmark.exact:seconds=10,threads=1} in a virtual machine of its own. */
    private static Measured measure(String benchmark, int milliseconds) throws RunnerException {
        String[] parts = benchmark.split(":", 2);
        TimeValue time = TimeValue.milliseconds(milliseconds);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + parts[0].replace(".", "\\.") + "$")
                .forks(1)
                .warmupIterations(3)
                .warmupTime(time)
                .measurementIterations(3)
                .measurementTime(time)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (parts.length == 2) {
            for (String parameter : parts[1].split(",", -1)) {
                String[] pair = parameter.split("=", 2);
                options.param(pair[0], pair[1]);
            }
        }
        RunResult result = new Runner(options.build()).runSingle();
        Result<?> bytes = Objects.requireNonNull(result.getSecondaryResults().get(BYTES), BYTES);
        return new Measured(best(result), bytes.getScore());
    }

    /** The fastest iteration: what else the machine does only ever adds. */
    private static double best(RunResult result) {
        return result.getPrimaryResult().getStatistics().getMin();
    }
}
