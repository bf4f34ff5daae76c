package io.crysdk;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Is told what a classifier did and how long it took: for metrics. Set by {@link CryClassifier.Builder#listener}; where none
 * is set, nothing is measured.
 *
 * <p>It is called on the thread that did the work, after it, and must be quick; so an implementation is safe for use by
 * several threads. What it throws is logged, once as a warning, and changes no answer. It is told no audio and no verdict.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CryListener {
    /**
     * Tells of one piece of work.
     *
     * @param work what was done
     */
    void done(Work work);

    /** What was done. */
    enum Kind {
        /** The model was read, digested, checked and tried; told when that came to a good end. */
        LOAD,
        /** One call of {@code classify} or {@code classifyAll}. */
        CLASSIFY,
        /** A {@link Personalizer} heard one clip. */
        LEARN,
        /** One run of the network over the next windows of some live streams. */
        STREAM
    }

    /**
     * A piece of work. Of a call that failed, the counts and times say how far it came.
     *
     * @param kind what was done
     * @param clips how many clips were begun, or streams were in the run; 0 for a load
     * @param audioSeconds how long those clips are; 0 for streams, whose own {@link CryStream#statistics} tells that
     * @param windows how many windows went through the network
     * @param runs how many runs of the network that took
     * @param features time spent on making features, resampling and quality included
     * @param network time spent in the network
     * @param total time from beginning to end
     * @param failure why it failed; empty if it did not, and {@link CryErrorCode#INFERENCE_FAILED} for what has no code
     */
    record Work(
            Kind kind,
            int clips,
            double audioSeconds,
            long windows,
            long runs,
            Duration features,
            Duration network,
            Duration total,
            Optional<CryErrorCode> failure) {
        /** Creates the tale of a piece of work. */
        public Work {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(features, "features");
            Objects.requireNonNull(network, "network");
            Objects.requireNonNull(total, "total");
            Objects.requireNonNull(failure, "failure");
        }
    }
}
