package io.crysdk.spi;

import io.crysdk.CryClassifier;
import io.crysdk.CryListener;
import io.crysdk.CryReason;
import io.crysdk.ExecutionProvider;
import io.crysdk.ModelSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a {@link CryClassifier.Builder} asks of an engine. Each value was checked where it was set.
 *
 * @param model where the model comes from
 * @param expectedSha256 the digest that the model's bytes must have, if pinned
 * @param labels names for the outputs of a model without labels of its own; empty to use the model's
 * @param provider where the network runs
 * @param threads threads inside one call, 1 to 64
 * @param windowHop distance between windows, a multiple of 10 ms; empty for the model's
 * @param gateThreshold the cry probability from which a clip is a cry; empty for the model's
 * @param minReasonProbability the probability from which a reason is named; empty for the model's
 * @param allowed the reasons that may be answered; empty for all of the model's
 * @param timeout how long a call may take, or a run of the network for live streams, above zero; empty for no limit; see
 *     {@link CryClassifier.Builder#timeout}
 * @param listener who is told what was done; empty for nobody
 * @since 0.1.0
 */
public record ClassifierOptions(
        ModelSource model,
        Optional<String> expectedSha256,
        List<CryReason> labels,
        ExecutionProvider provider,
        int threads,
        Optional<Duration> windowHop,
        OptionalDouble gateThreshold,
        OptionalDouble minReasonProbability,
        Set<CryReason> allowed,
        Optional<Duration> timeout,
        Optional<CryListener> listener) {
    /** Creates the options. */
    public ClassifierOptions {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(expectedSha256, "expectedSha256");
        labels = List.copyOf(labels);
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(windowHop, "windowHop");
        Objects.requireNonNull(gateThreshold, "gateThreshold");
        Objects.requireNonNull(minReasonProbability, "minReasonProbability");
        allowed = Set.copyOf(allowed);
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(listener, "listener");
    }
}
