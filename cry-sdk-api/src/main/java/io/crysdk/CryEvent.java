package io.crysdk;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link CryStream} has to say. Immutable.
 *
 * <p>Times are seconds on the stream's clock: those of the audio that was pushed, from 0 at its first sample, or the
 * caller's own if it {@linkplain CryStream#clock told} them. {@link #seconds()} is how far the stream had been heard when
 * this was known; it never falls from one event to the next, unless an {@link AudioGap} said that the clock was set back.
 *
 * @since 0.1.0
 */
public sealed interface CryEvent {
    /** The lowest level that is told, in dB below full scale: digital silence. */
    double SILENCE_DBFS = -120.0;

    /**
     * Returns how far the stream had been heard when this was known.
     *
     * @return seconds on the stream's clock
     */
    double seconds();

    /**
     * A baby has begun to cry.
     *
     * @param seconds how far the stream had been heard
     * @param cry what is known of the cry
     */
    record CryStarted(double seconds, Cry cry) implements CryEvent {
        /** Creates the event. */
        public CryStarted {
            Objects.requireNonNull(cry, "cry");
        }
    }

    /**
     * It still cries, or pauses: then {@code cry.endSeconds()}, up to where it was crying, is before {@code seconds}, and
     * probability and level are those of the pause.
     *
     * @param seconds how far the stream had been heard
     * @param cry what is known of the cry by now
     */
    record CryUpdated(double seconds, Cry cry) implements CryEvent {
        /** Creates the event. */
        public CryUpdated {
            Objects.requireNonNull(cry, "cry");
        }
    }

    /**
     * It has stopped.
     *
     * @param seconds how far the stream had been heard
     * @param cry the whole of the cry
     */
    record CryEnded(double seconds, Cry cry) implements CryEvent {
        /** Creates the event. */
        public CryEnded {
            Objects.requireNonNull(cry, "cry");
        }
    }

    /**
     * How loud it was since the level before; sent if it was asked for.
     *
     * @param seconds how far the stream had been heard
     * @param levelDbfs ten times the decimal logarithm of the mean square, {@value CryEvent#SILENCE_DBFS} or more; 0 is
     *     the square wave of full scale
     * @param peak the largest absolute sample, full scale being 1
     */
    record Level(double seconds, double levelDbfs, double peak) implements CryEvent {}

    /**
     * Audio is missing: what comes next does not follow what was heard last.
     *
     * @param seconds where the audio stopped
     * @param missingSeconds how much is missing; negative where the caller's clock was set back
     * @param cause why
     */
    record AudioGap(double seconds, double missingSeconds, GapCause cause) implements CryEvent {
        /** Creates the event. */
        public AudioGap {
            Objects.requireNonNull(cause, "cause");
        }
    }

    /** Why audio is missing. */
    enum GapCause {
        /** The caller's clock and the samples disagree by more than the tolerance. */
        CLOCK,
        /** The audio came faster than it could be judged, and the buffer was full. */
        OVERRUN,
        /** A chunk was refused with {@link CryErrorCode#INVALID_AUDIO}. */
        REFUSED,
        /** The caller {@linkplain CryStream#gap said so}. */
        TOLD
    }

    /**
     * The audio goes on in another form.
     *
     * @param seconds where
     * @param sampleRate samples per second and channel from here on
     * @param channels how many channels from here on
     */
    record FormatChanged(double seconds, int sampleRate, int channels) implements CryEvent {}

    /**
     * The caller {@linkplain CryStream#deviceLost lost} the device. A cry that was going on has been ended.
     *
     * @param seconds where the audio stopped
     * @param message the caller's words
     */
    record DeviceLost(double seconds, String message) implements CryEvent {
        /** Creates the event. */
        public DeviceLost {
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * The stream is over. Always the last event, and never dropped.
     *
     * @param seconds where the audio stopped
     * @param failure why, if it was not closed: among others {@link CryErrorCode#TIMED_OUT} where a run of the network took
     *     longer than {@link CryClassifier.Builder#timeout}
     */
    record StreamEnded(double seconds, Optional<CryException> failure) implements CryEvent {
        /** Creates the event. */
        public StreamEnded {
            Objects.requireNonNull(failure, "failure");
        }
    }

    /**
     * A cry as far as it is known.
     *
     * @param startSeconds where it began, to within half a window
     * @param endSeconds up to where it has been heard, or once it has stopped where that was, to within half a window
     * @param cryProbability how probable it is that a baby cries, 0 to 1: in the audio just heard, or once it has ended
     *     the highest of it
     * @param reason the reason, if one stands out by now far enough to be named
     * @param scores all reasons, weighed over the cry up to now, the most probable first, summing to one
     * @param levelDbfs how loud it is, as for {@link Level}: in the window just heard, or once it has ended the mean
     *     power of its windows
     */
    record Cry(
            double startSeconds,
            double endSeconds,
            double cryProbability,
            Optional<CryReason> reason,
            List<ReasonScore> scores,
            double levelDbfs) {
        /**
         * Creates a cry.
         *
         * @throws IllegalArgumentException if it ends before it begins or the probability is not within 0 to 1
         */
        public Cry {
            if (!(endSeconds >= startSeconds)) {
                throw new IllegalArgumentException(
                        "a cry ends after it begins, found " + startSeconds + " to " + endSeconds);
            }
            Checks.unit("cryProbability", cryProbability);
            Objects.requireNonNull(reason, "reason");
            scores = List.copyOf(scores);
        }
    }
}
