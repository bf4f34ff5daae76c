package io.crysdk.examples;

import io.crysdk.CryClassifier;
import io.crysdk.CryListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;

/**
 * What a classifier does, as timers and counters of Micrometer, and so for Prometheus, JMX and whatever else that speaks
 * to. Needs {@code io.micrometer:micrometer-core}, which {@code cry.jar} does not carry.
 */
public final class MicrometerMetrics {
    private MicrometerMetrics() {}

    /**
     * Makes a listener that feeds a registry. All meters have the tags {@code kind} ({@code LOAD}, {@code CLASSIFY}, {@code
     * LEARN}, {@code STREAM}) and {@code failure} (an error code, or {@code none}): {@code cry.work}, {@code cry.features}
     * and {@code cry.network} are timers of a whole piece of work and of its two halves; {@code cry.clips}, {@code
     * cry.audio} (seconds), {@code cry.windows} and {@code cry.runs} count.
     *
     * @param registry what collects
     * @return for {@link CryClassifier.Builder#listener}; safe for use by several threads, as registries are
     */
    public static CryListener listener(MeterRegistry registry) {
        return work -> {
            Tags tags = Tags.of(
                    "kind",
                    work.kind().name(),
                    "failure",
                    work.failure().map(Enum::name).orElse("none"));
            registry.timer("cry.work", tags).record(work.total());
            registry.timer("cry.features", tags).record(work.features());
            registry.timer("cry.network", tags).record(work.network());
            registry.counter("cry.clips", tags).increment(work.clips());
            registry.counter("cry.audio", tags).increment(work.audioSeconds());
            registry.counter("cry.windows", tags).increment((double) work.windows());
            registry.counter("cry.runs", tags).increment((double) work.runs());
        };
    }

    /**
     * Classifies files, then prints what that took.
     *
     * @param args the files
     */
    public static void main(String[] args) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (CryClassifier classifier =
                CryClassifier.builder().listener(listener(registry)).build()) {
            for (String file : args) {
                System.out.println(classifier.classify(Path.of(file)));
            }
        }
        System.out.println(registry.getMetersAsString());
    }
}
