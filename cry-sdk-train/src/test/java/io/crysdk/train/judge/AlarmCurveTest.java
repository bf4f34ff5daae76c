package io.crysdk.train.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AlarmCurveTest {
    private static final Groups GROUPS = new Groups(List.of("baby", "street"));
    private static final double[] ONCE = {1.0, 1.0};

    @Test
    void neighboursAreOneAlarm() {
        // In an hour of street: 5 5 are one stretch, 4 another, and at 1 the first recording is one stretch from end to
        // end.
        List<GateScore> others = List.of(other(1800, 5, 5, 1, 4, 0), other(1800, 2, 0, 0, 0, 0));
        List<GateScore> cries = List.of(cry(0, 6), cry(4.5, 0), cry(3, 3), cry(1.5, 0), cry(-1, -2));
        AlarmCurve curve = AlarmCurve.of(cries, others, GROUPS);
        // None: above 5. One: above 4. Two: above 2. Three, then only two once 1 has closed the gap.
        assertThat(curve.recalls(ONCE, new double[] {0, 1, 2, 3})).containsExactly(0.2, 0.4, 0.6, 1.0);
        assertThat(curve.recalls(new double[] {1.0, 0.0}, new double[] {1}))
                .as("no hours of others")
                .containsExactly(Double.NaN);
    }

    @Test
    void aQuarterOfAnHourWithOneAlarmIsFourAnHour() {
        AlarmCurve curve = AlarmCurve.of(List.of(cry(1)), List.of(other(900, 2)), GROUPS);
        assertThat(curve.recalls(ONCE, new double[] {3.9, 4.0})).containsExactly(0.0, 1.0);
    }

    @Property(tries = 50)
    void stretchesAreCountedAsOneWouldByEye(@ForAll @IntRange(min = 1, max = 30) int windows, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] scores = random.ints(windows, 0, 6).asDoubleStream().toArray();
        for (int t = 5; t >= 0; t--) {
            int threshold = t;
            int most = 0;
            for (int higher = t; higher <= 5; higher++) {
                int stretches = 0;
                for (int w = 0; w < windows; w++) {
                    stretches += scores[w] >= higher && (w == 0 || scores[w - 1] < higher) ? 1 : 0;
                }
                most = Math.max(most, stretches);
            }
            AlarmCurve curve = AlarmCurve.of(List.of(cry(threshold)), List.of(other(3600, scores)), GROUPS);
            assertThat(curve.recalls(ONCE, new double[] {most})).containsExactly(1.0);
            if (most > 0) {
                // A cry as loud as the threshold is not told once one alarm less is allowed.
                assertThat(curve.recalls(ONCE, new double[] {most - 1})).containsExactly(0.0);
            }
        }
    }

    private static GateScore cry(double... windows) {
        return score("baby", true, 5, windows);
    }

    private static GateScore other(double seconds, double... windows) {
        return score("street", false, seconds, windows);
    }

    private static GateScore score(String group, boolean cry, double seconds, double... windows) {
        List<Double> id = new ArrayList<>();
        Arrays.stream(windows).forEach(id::add);
        return new GateScore(id.toString(), group, "part", "kind", "16 kHz", 0, cry, 0.0, windows, seconds);
    }
}
