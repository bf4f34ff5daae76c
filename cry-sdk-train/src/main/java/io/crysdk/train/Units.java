package io.crysdk.train;

import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the labelled cries of a manifest into units.
 *
 * <p>Each unit is preprocessed and filled up by itself, as inference would a clip that holds nothing else.
 */
final class Units {
    private static final Logger LOG = LoggerFactory.getLogger(Units.class);

    /** 0.18 s, the paper's shortest clip. */
    static final int SHORTEST = 2880;
    /** 2.5 s, its longest. */
    static final int LONGEST = 40000;
    /** 0.24 s. */
    static final int OVERLAP_HOP = 3840;

    private final List<String> labels;
    private final FrontEnd frontEnd;
    private final int mostOfOne;

    /**
     * Creates a cutter.
     *
     * @param labels reason ids; cries with another label, or none, are left out
     * @param settings the front end's
     * @param mostOfOne how many units of one recording are taken, evenly over its length; 0 for all
     */
    Units(List<String> labels, FrontEndSettings settings, int mostOfOne) {
        this.labels = labels;
        this.frontEnd = FeatureStore.everyFrame(settings);
        this.mostOfOne = mostOfOne;
    }

    /** Segments of 0.18 to 2.5 s; a longer one in equal parts. A recording without segments is one segment. */
    List<Unit> segments(Manifest manifest) {
        return cut(manifest, (entry, length) -> {
            List<Manifest.Span> spans = new ArrayList<>();
            for (Manifest.Span span : whole(entry, length)) {
                int end = Math.min(span.end(), length);
                int parts = Math.max(1, (end - span.start() + LONGEST - 1) / LONGEST);
                for (int p = 0; p < parts; p++) {
                    int from = span.start() + (int) ((long) (end - span.start()) * p / parts);
                    int to = span.start() + (int) ((long) (end - span.start()) * (p + 1) / parts);
                    if (to - from >= SHORTEST) {
                        spans.add(new Manifest.Span(from, to));
                    }
                }
            }
            return spans;
        });
    }

    /**
     * Windows of one patch, each 0.24 s after the one before, that hear 0.2 s of crying or more: neighbours share three
     * quarters of their samples.
     */
    List<Unit> overlapping(Manifest manifest) {
        return cut(manifest, (entry, length) -> {
            List<Manifest.Span> spans = new ArrayList<>();
            for (int from = 0; from == 0 || from + LogMelExtractor.PATCH_SAMPLES <= length; from += OVERLAP_HOP) {
                int to = Math.min(length, from + LogMelExtractor.PATCH_SAMPLES);
                if (crying(entry, from, to) >= Math.min(PatchSampler.MIN_CRY_SAMPLES, to - from)) {
                    spans.add(new Manifest.Span(from, to));
                }
            }
            return spans;
        });
    }

    private static int crying(Manifest.Entry entry, int from, int to) {
        return entry.segments().isEmpty()
                ? to - from
                : entry.segments().stream()
                        .mapToInt(s -> Math.max(0, Math.min(to, s.end()) - Math.max(from, s.start())))
                        .sum();
    }

    private static List<Manifest.Span> whole(Manifest.Entry entry, int length) {
        return entry.segments().isEmpty() ? List.of(new Manifest.Span(0, length)) : entry.segments();
    }

    /** Where to cut a recording of so many samples. */
    @FunctionalInterface
    private interface Knife {
        List<Manifest.Span> spans(Manifest.Entry entry, int length);
    }

    private List<Unit> cut(Manifest manifest, Knife knife) {
        List<Unit> units = new ArrayList<>();
        int recordings = 0;
        int without = 0;
        for (Manifest.Entry entry : manifest.entries()) {
            int label = labels.indexOf(entry.label());
            if (label < 0 || entry.cry() != Manifest.Cry.YES || !entry.usable()) {
                continue;
            }
            double[] samples = FeatureStore.samples(entry.file());
            List<Manifest.Span> spans = evenly(knife.spans(entry, samples.length));
            recordings++;
            without += spans.isEmpty() ? 1 : 0;
            for (Manifest.Span span : spans) {
                units.add(new Unit(
                        entry.path() + "@" + span.start(),
                        entry.path(),
                        entry.recording(),
                        entry.group(),
                        label,
                        FeatureStore.frames(new Stretch(samples, span.start(), span.end()), frontEnd)));
            }
        }
        LOG.info("{} units of {} labelled cries, {} of them without one", units.size(), recordings, without);
        return units;
    }

    private List<Manifest.Span> evenly(List<Manifest.Span> spans) {
        if (mostOfOne == 0 || spans.size() <= mostOfOne) {
            return spans;
        }
        List<Manifest.Span> some = new ArrayList<>();
        for (int i = 0; i < mostOfOne; i++) {
            some.add(spans.get((int) ((2L * i + 1) * spans.size() / (2L * mostOfOne))));
        }
        return some;
    }
}
